// The page: its head, keys, theme and printing. Begins when everything above is known.

const THEMES = ['auto', 'light', 'dark'];
const MOST_PRINTED = 8e6;

function head(thread) {
  const facts = [
    ['Thread', thread.id],
    ['Began', moment(thread.created)],
    ['Folder', thread.cwd],
    ['Model', thread.model],
    ['Codex', thread.cli_version],
    ['Source', thread.source],
    ...thread.files.map((file) => ['File', file]),
  ];
  const list = facts.filter(([, fact]) => fact).flatMap(([name, fact]) => [make('dt', null, name), make('dd', null, fact)]);
  return make('header', { class: 'thread' }, make('h1', null, thread.title ?? 'Untitled thread'), make('dl', null, ...list));
}

function gaps(problems) {
  if (problems.length === 0) return null;
  const place = (problem) => make('li', null, make('code', null, `${problem.path}:${problem.line}`), ` ${problem.message}`);
  return fold({ class: 'gaps' }, [`${plural(problems.length, 'place')} could not be read`], () =>
    make('ul', null, ...problems.slice(0, 1000).map(place)),
  );
}

// Browsers may forbid pages from files to remember anything.
function remembered(change) {
  try {
    return change(localStorage);
  } catch {
    return null;
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.getElementById('theme').textContent = { auto: 'Theme', light: 'Light', dark: 'Dark' }[theme];
  remembered((store) => store.setItem('theme', theme));
}

function nextTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const order = dark ? ['auto', 'light', 'dark'] : ['auto', 'dark', 'light'];
  setTheme(order[(order.indexOf(document.documentElement.dataset.theme) + 1) % order.length]);
}

function showKeys() {
  document.getElementById('keys').showModal();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => go(search.at + 1),
  p: () => go(search.at - 1),
  o: expand,
  t: nextTheme,
  '?': showKeys,
  '/': () => {
    document.body.classList.add('menu');
    document.getElementById('query').focus();
    document.getElementById('query').select();
  },
};

function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, textarea, dialog[open]');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.getElementById('theme').addEventListener('click', nextTheme);
  document.getElementById('expand').addEventListener('click', expand);
  document.getElementById('help').addEventListener('click', showKeys);
  const menu = document.getElementById('menu');
  menu.addEventListener('click', () => menu.setAttribute('aria-expanded', document.body.classList.toggle('menu')));
}

// On paper nothing comes near: a transcript of usual size is drawn as a whole.
function drawForPrint() {
  const pieces = turns.flatMap((turn) => turn.pieces);
  const size = pieces.reduce((sum, piece) => sum + piece.script.textContent.length, 0);
  if (size <= MOST_PRINTED) pieces.forEach(drawPiece);
}

function start() {
  const main = document.getElementById('transcript');
  setTheme(THEMES.find((theme) => theme === remembered((store) => store.getItem('theme'))) ?? 'auto');
  main.append(head(read('thread')));
  build();
  main.append(...[gaps(read('problems') ?? [])].filter(Boolean));
  if (turns.length === 0) main.append(make('p', { class: 'quiet' }, 'This thread has no turns.'));
  turns.slice(0, 1).flatMap((turn) => turn.pieces.slice(0, 1)).forEach(drawPiece);
  listenToSearch();
  listenToKeys();
  addEventListener('beforeprint', drawForPrint);
  for (const kind of ['wheel', 'touchstart', 'pointerdown']) addEventListener(kind, () => (settling += 1), { passive: true });
  let waiting = false;
  addEventListener(
    'scroll',
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        follow();
      });
    },
    { passive: true },
  );
  follow();
  document.documentElement.dataset.ready = '';
}

start();
