// The turns: their sections and the list of them. Items are drawn in pieces when they come near.

const turns = [];
const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => drawPiece(entry.target.piece)),
  { rootMargin: '1000px 0px' },
);
const drawn = new EventTarget();

function read(kind) {
  const element = document.querySelector(`script[data-kind="${kind}"]`);
  return element && JSON.parse(element.textContent);
}

// Items of a turn stand before its head, which knows their counts.
function readTurns() {
  let pieces = [];
  for (const script of document.querySelectorAll('script[type="application/json"]')) {
    if (script.dataset.kind === 'items') pieces.push({ script, element: null, isDrawn: false });
    if (script.dataset.kind !== 'turn') continue;
    const turn = { head: JSON.parse(script.textContent), pieces, hits: 0 };
    pieces.forEach((piece) => (piece.turn = turn));
    pieces = [];
    turns.push(turn);
  }
}

function itemsOf(piece) {
  return JSON.parse(piece.script.textContent);
}

function drawPiece(piece) {
  if (piece.isDrawn) return;
  piece.isDrawn = true;
  near.unobserve(piece.element);
  piece.element.append(...itemsOf(piece).map(draw));
  piece.element.style.containIntrinsicSize = '';
  drawn.dispatchEvent(new CustomEvent('piece', { detail: piece }));
}

function bar(usage) {
  const element = make('span', { class: 'bar', 'aria-hidden': 'true' });
  const fresh = Math.max(0, usage.input_tokens - usage.cached_input_tokens);
  for (const [kind, tokens] of [['cached', usage.cached_input_tokens], ['fresh', fresh], ['out', usage.output_tokens]]) {
    const part = make('span', { class: kind });
    part.style.flexGrow = tokens;
    element.append(part);
  }
  return element;
}

function strip(usage) {
  const fact = (name, value) => make('span', null, make('b', null, value), ` ${name}`);
  return make(
    'p',
    { class: 'strip' },
    bar(usage),
    fact('in', count(usage.input_tokens)),
    fact('cached', count(usage.cached_input_tokens)),
    fact('out', count(usage.output_tokens)),
    fact('reasoning', count(usage.reasoning_output_tokens)),
    usage.cost_usd === null ? make('span', null, 'unpriced') : make('span', null, make('b', null, `$${usage.cost_usd.toFixed(2)}${usage.unpriced_tokens > 0 ? '+' : ''}`)),
  );
}

const STATUS = { completed: '', interrupted: 'interrupted', failed: 'failed', in_progress: 'no end' };

function section(turn) {
  const { head } = turn;
  const title = make('h2', { id: `title-${head.index}-${turns.indexOf(turn)}` }, head.name);
  const facts = [
    head.index > 0 ? badge(head.status === 'completed' ? 'good' : 'bad', STATUS[head.status]) : null,
    head.dropped ? badge('bad', 'dropped') : null,
    head.inherited ? badge('quiet', 'inherited') : null,
    head.model ? make('span', null, [head.model, head.effort].filter(Boolean).join(' ')) : null,
    moment(head.started),
    head.duration_ms === null ? null : make('span', null, duration(head.duration_ms)),
  ];
  const pieces = turn.pieces.map((piece) => {
    piece.element = make('div', { class: 'piece' });
    piece.element.piece = piece;
    const items = Math.ceil(head.counts.items / turn.pieces.length);
    piece.element.style.containIntrinsicSize = `auto ${items * 56}px`;
    near.observe(piece.element);
    return piece.element;
  });
  return make(
    'section',
    { class: head.dropped ? 'turn dropped' : 'turn', 'aria-labelledby': title.id },
    make('header', null, title, make('p', { class: 'facts' }, ...facts), head.usage ? strip(head.usage) : null),
    head.reason ? make('p', { class: 'notice error' }, head.reason) : null,
    ...pieces,
  );
}

function entry(turn) {
  const { head } = turn;
  const prompt = head.counts.prompt || head.name;
  turn.badge = make('span', { class: 'count' });
  const calls = head.counts.calls > 0 ? plural(head.counts.calls, 'call') : '';
  const failed = head.counts.failed > 0 ? make('span', { class: 'bad' }, `${head.counts.failed} failed`) : null;
  const button = make(
    'button',
    { type: 'button' },
    make('span', { class: 'number' }, head.number ?? '·'),
    make('span', { class: 'prompt' }, prompt),
    make('span', { class: 'below' }, ...[calls, duration(head.duration_ms)].filter(Boolean).join(' · '), failed ? ' · ' : null, failed),
    turn.badge,
  );
  button.addEventListener('click', () => show(turn));
  return make('li', { class: head.dropped ? 'dropped' : null }, button);
}

let current = null;

function setCurrent(turn) {
  if (turn === current) return;
  current?.entry.firstChild.removeAttribute('aria-current');
  current = turn;
  current?.entry.firstChild.setAttribute('aria-current', 'true');
  current?.entry.scrollIntoView({ block: 'nearest' });
}

let settling = 0;

// What is drawn on the way changes what was measured: scrolls until the place stays the same, or the
// reader goes elsewhere.
async function settle(element, block) {
  const mine = ++settling;
  let [place, still] = [null, 0];
  for (let frame = 0; frame < 60 && still < 5 && mine === settling; frame++) {
    element.scrollIntoView({ block });
    const now = Math.round(scrollY + element.getBoundingClientRect().top);
    still = now === place ? still + 1 : 0;
    place = now;
    await new Promise(requestAnimationFrame);
  }
}

function show(turn) {
  if (turn.pieces.length > 0) drawPiece(turn.pieces[0]);
  settle(turn.section, 'start');
  setCurrent(turn);
  document.body.classList.remove('menu');
}

// The last turn that begins above the upper part of the window.
function follow() {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle].section.getBoundingClientRect().top <= 140) low = middle + 1;
    else high = middle;
  }
  setCurrent(turns[Math.max(0, low - 1)] ?? null);
}

function step(by) {
  const next = turns[turns.indexOf(current) + by];
  if (next) show(next);
}

// Opens all calls of the turn at hand, or closes them if all are open.
function expand() {
  if (!current) return;
  current.pieces.forEach(drawPiece);
  const folds = [...current.section.querySelectorAll('details')];
  const open = folds.some((details) => !details.open);
  folds.forEach((details) => (details.open = open));
}

function build() {
  readTurns();
  for (const turn of turns) {
    turn.section = section(turn);
    turn.entry = entry(turn);
  }
  document.getElementById('transcript').append(...turns.map((turn) => turn.section));
  document.getElementById('turns').append(...turns.map((turn) => turn.entry));
}
