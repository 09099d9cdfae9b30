// Elements and words. Every element is made here: words of the log become text nodes, never markup.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

// Only addresses of the web become links; all others stay text.
function link(address, ...children) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    // Not an address.
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  return make('a', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, ...children);
}

function duration(millis) {
  if (millis === null || millis === undefined) return '';
  const seconds = Math.floor(millis / 1000);
  const two = (number) => String(number).padStart(2, '0');
  if (seconds < 1) return `${millis} ms`;
  if (seconds < 60) return `${(Math.floor(millis / 100) / 10).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

function count(number) {
  if (number < 1000) return String(number);
  if (number < 1e6) return `${Math.floor(number / 100) / 10}k`;
  return `${Math.floor(number / 1e5) / 10}M`;
}

function plural(number, what) {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

function moment(time) {
  if (!time) return null;
  const date = new Date(time);
  const words = date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return make('time', { datetime: time, title: time }, words);
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0].slice(0, 300);
}

// Bodies of folds are built when they are opened first.
const bodies = new WeakMap();

function fold(attributes, summary, body) {
  const details = make('details', attributes, make('summary', null, ...summary));
  bodies.set(details, body);
  details.addEventListener('toggle', () => details.open && fill(details));
  if (details.open) fill(details);
  return details;
}

function fill(details) {
  const body = bodies.get(details);
  if (body) {
    bodies.delete(details);
    details.append(...[body()].flat().filter(Boolean));
  }
}

const LONG_LINES = 400;
const LONG_CHARACTERS = 60000;

// A long text begins with a part of it; the rest comes when it is asked for.
function long(text, attributes, draw = (part) => part) {
  let end = 0;
  for (let line = 0; line < LONG_LINES && end >= 0; line++) end = text.indexOf('\n', end) + 1 || -1;
  if (end < 0) end = text.length;
  end = Math.min(end, LONG_CHARACTERS);
  const block = make('pre', { tabindex: 0, ...attributes }, draw(text.slice(0, end)));
  if (end >= text.length) return block;
  const more = make('button', { type: 'button', class: 'more' }, `Show all ${plural(text.length, 'character')}`);
  more.addEventListener('click', () => {
    block.replaceChildren(...[draw(text)].flat());
    more.remove();
  });
  return make('div', { class: 'long' }, block, more);
}
