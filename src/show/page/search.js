// Search over all items, drawn or not, a little at a time so that the page stays awake.

const SLICE = 12;
const MOST_MARKS = 500;
const search = { query: '', hits: [], at: -1, run: 0 };
const SILENT = new Set(['id', 'at', 'place', 'type', 'status', 'phase', 'role']);

function textOf(value) {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return '';
  return Object.entries(value)
    .filter(([name]) => !SILENT.has(name))
    .map(([, inner]) => textOf(inner))
    .join('\n');
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}

// In JSON only these letters stand for themselves, so a piece without them need not be parsed.
function sieve(query) {
  return /^[\w .,:/-]+$/.test(query) ? new RegExp(query.replace(/[.]/g, '\\.'), 'i') : null;
}

async function find(query) {
  const run = ++search.run;
  Object.assign(search, { query, hits: [], at: -1 });
  turns.forEach((turn) => (turn.hits = 0));
  const coarse = sieve(query);
  let began = performance.now();
  for (const piece of query === '' ? [] : turns.flatMap((turn) => turn.pieces)) {
    if (!coarse || coarse.test(piece.script.textContent)) {
      itemsOf(piece).forEach((item, index) => {
        if (!textOf(item).toLowerCase().includes(query)) return;
        search.hits.push({ piece, index });
        piece.turn.hits += 1;
      });
    }
    if (performance.now() - began > SLICE) {
      tell('searching…');
      await pause();
      if (run !== search.run) return;
      began = performance.now();
    }
  }
  filter();
  if (search.hits.length > 0) go(0);
  else tell(query === '' ? '' : 'nothing found');
}

// Turns without a match leave the list, not the page.
function filter() {
  for (const turn of turns) {
    turn.entry.hidden = search.query !== '' && turn.hits === 0;
    turn.badge.textContent = turn.hits || '';
  }
  document.querySelectorAll('.item.found').forEach((item) => item.classList.remove('found', 'here'));
  CSS.highlights?.clear();
  search.hits.filter((hit) => hit.piece.isDrawn).forEach((hit) => hit.piece.element.children[hit.index].classList.add('found'));
}

function tell(text) {
  document.getElementById('found').textContent = text;
  for (const name of ['previous', 'next']) document.getElementById(name).disabled = search.hits.length === 0;
}

function go(to) {
  const { hits } = search;
  if (hits.length === 0) return;
  search.at = (to + hits.length) % hits.length;
  const hit = hits[search.at];
  drawPiece(hit.piece);
  const item = hit.piece.element.children[hit.index];
  document.querySelectorAll('.item.here').forEach((other) => other.classList.remove('here'));
  item.classList.add('found', 'here');
  reveal(item);
  tell(`${(search.at + 1).toLocaleString('en')} of ${hits.length.toLocaleString('en')}`);
  const first = highlight(item);
  settle(first?.startContainer.parentElement ?? item, 'center');
}

// Folds are opened and long texts shown, or the match could not be seen.
function reveal(item) {
  for (const details of item.querySelectorAll('details')) {
    details.open = true;
    fill(details);
  }
  if (!item.textContent.toLowerCase().includes(search.query)) {
    item.querySelectorAll('button.more').forEach((more) => more.click());
  }
}

function highlight(item) {
  const ranges = [];
  const walker = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < MOST_MARKS) {
    const text = walker.currentNode.data.toLowerCase();
    let at = text.indexOf(search.query);
    for (; at >= 0 && ranges.length < MOST_MARKS; at = text.indexOf(search.query, at + search.query.length)) {
      // Few letters change their length with their case; a mark a little off does no harm.
      const range = new Range();
      range.setStart(walker.currentNode, Math.min(at, walker.currentNode.length));
      range.setEnd(walker.currentNode, Math.min(at + search.query.length, walker.currentNode.length));
      ranges.push(range);
    }
  }
  if (globalThis.Highlight && CSS.highlights) CSS.highlights.set('hit', new Highlight(...ranges));
  return ranges[0];
}

function listenToSearch() {
  const box = document.getElementById('query');
  let waiting = 0;
  box.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(box.value.trim().toLowerCase()), 150);
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') go(search.at + (event.shiftKey ? -1 : 1));
    if (event.key === 'Escape') {
      box.value = '';
      box.blur();
      find('');
    }
  });
  document.getElementById('next').addEventListener('click', () => go(search.at + 1));
  document.getElementById('previous').addEventListener('click', () => go(search.at - 1));
  drawn.addEventListener('piece', ({ detail: piece }) => {
    const here = search.hits.filter((hit) => hit.piece === piece);
    here.forEach((hit) => piece.element.children[hit.index].classList.add('found'));
  });
}
