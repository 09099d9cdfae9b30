// Markdown as elements. Knows what models write; HTML and pictures stay text. Searches for a closing
// sign are bounded, so that no text takes longer than its length allows.

const DEEPEST = 8;
const MOST_MARKDOWN = 200000;
const REACH = 2000;

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+|$)/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])( +|$)/;
const COLUMNS = /^ *\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/;

function markdown(text) {
  const block = make('div', { class: 'prose' });
  if (text.length > MOST_MARKDOWN) block.append(long(text, { class: 'plain' }));
  else block.append(...blocks(text.trim().split(/\r\n|\r|\n/), 0));
  return block;
}

function beginsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function blocks(lines, depth) {
  const made = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const rest = depth < DEEPEST ? [fence, heading, rule, quote, list, table] : [fence];
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const found = rest.map((kind) => () => kind(lines, at, depth)).reduce((result, attempt) => result ?? attempt(), null);
    const [element, next] = found ?? paragraph(lines, at);
    made.push(element);
    at = next;
  }
  return made;
}

function fence(lines, at) {
  const [, sign, language] = FENCE.exec(lines[at]) ?? [];
  if (!sign || (sign[0] === '`' && language.includes('`'))) return null;
  let end = at + 1;
  const closes = (line) => line.trim().length >= sign.length && line.trim() === sign[0].repeat(line.trim().length);
  while (end < lines.length && !closes(lines[end])) end += 1;
  const name = language.trim().split(/\s/, 1)[0];
  const code = long(lines.slice(at + 1, end).join('\n'), { class: 'code', 'data-language': name || null });
  return [code, end + 1];
}

function heading(lines, at) {
  const found = HEADING.exec(lines[at]);
  if (!found) return null;
  const words = lines[at].slice(found[0].length).trim();
  // The page has headings of its own above these.
  const element = make(`h${Math.min(6, found[1].length + 2)}`, null);
  return [inline(words, element), at + 1];
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? [make('hr'), at + 1] : null;
}

function quote(lines, at, depth) {
  if (!QUOTE.test(lines[at])) return null;
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''));
  return [make('blockquote', null, ...blocks(inner, depth + 1)), end];
}

function list(lines, at, depth) {
  const first = ITEM.exec(lines[at]);
  if (!first || first[1].length > 3) return null;
  const ordered = /\d/.test(first[2]);
  const element = make(ordered ? 'ol' : 'ul', { start: ordered ? parseInt(first[2], 10) : null });
  while (at < lines.length) {
    const found = ITEM.exec(lines[at]);
    if (!found || found[1].length > first[1].length + 1 || /\d/.test(found[2]) !== ordered) break;
    const indent = found[0].length;
    const inner = [lines[at].slice(indent)];
    at += 1;
    while (at < lines.length) {
      const line = lines[at];
      const deep = line.search(/\S|$/) > found[1].length + 1;
      const blank = line.trim() === '';
      const follows = blank ? /^ {2}/.test(lines[at + 1] ?? '') : deep || (!beginsBlock(line) && inner.at(-1).trim() !== '');
      if (!follows) break;
      inner.push(line.slice(Math.min(indent, line.search(/\S|$/))));
      at += 1;
    }
    const made = blocks(inner, depth + 1);
    // An item of one paragraph stands close to its neighbours.
    const tight = made.filter((block) => block.tagName === 'P').length <= 1;
    element.append(make('li', null, ...made.flatMap((block) => (tight && block.tagName === 'P' ? [...block.childNodes] : [block]))));
    let next = at;
    while (next < lines.length && lines[next].trim() === '') next += 1;
    if (!ITEM.test(lines[next] ?? '')) break;
    at = next;
  }
  return [element, at];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, '').split('|');
}

function table(lines, at) {
  if (!lines[at].includes('|') || !COLUMNS.test(lines[at + 1] ?? '')) return null;
  const row = (line, tag) => make('tr', null, ...cells(line).map((cell) => inline(cell.trim(), make(tag))));
  const body = make('tbody');
  const head = make('thead', null, row(lines[at], 'th'));
  let end = at + 2;
  for (; end < lines.length && lines[end].includes('|'); end++) body.append(row(lines[end], 'td'));
  return [make('div', { class: 'table' }, make('table', null, head, body)), end];
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() !== '' && !beginsBlock(lines[end])) end += 1;
  return [inline(lines.slice(at, end).join('\n'), make('p')), end];
}

const LINK = /!?\[([^[\]\n]{1,500})\]\(<?([^\s()<>]{1,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?(?:\s+"[^"\n]{0,500}")?\)/y;
const ADDRESS = /<?(https?:\/\/[^\s<>"'`\])]{1,2000}[^\s<>"'`\]).,;:!?])>?/y;
const PLAIN = /[^\\`*_~[!<h]+/y;
const MARKS = [['**', 'strong'], ['__', 'strong'], ['~~', 'del'], ['*', 'em'], ['_', 'em']];

function inline(text, into, depth = 0) {
  let at = 0;
  let words = '';
  const say = (element, next) => {
    into.append(words, element);
    words = '';
    at = next;
  };
  while (at < text.length) {
    const found = styled(text, at, depth);
    if (found) {
      say(...found);
      continue;
    }
    if (text[at] === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) at += 1;
    PLAIN.lastIndex = at + 1;
    const plain = PLAIN.exec(text)?.[0] ?? '';
    words += text[at] + plain;
    at += 1 + plain.length;
  }
  into.append(words);
  return into;
}

// What begins here, if anything but words does: its element, and where it ends.
function styled(text, at, depth) {
  const char = text[at];
  if (char === '`') return codeSpan(text, at);
  if (char === '[' || char === '!') {
    LINK.lastIndex = at;
    const found = LINK.exec(text);
    const element = found && link(found[2], found[1]);
    return element ? [element, at + found[0].length] : null;
  }
  if (char === '<' || char === 'h') {
    ADDRESS.lastIndex = at;
    const found = ADDRESS.exec(text);
    const element = found && link(found[1], found[1]);
    return element ? [element, at + found[0].length] : null;
  }
  for (const [mark, tag] of depth < DEEPEST ? MARKS : []) {
    if (!text.startsWith(mark, at) || /\s/.test(text[at + mark.length] ?? ' ')) continue;
    if (mark[0] === '_' && /\w/.test(text[at - 1] ?? '')) continue;
    const end = closing(text, mark, at + mark.length);
    if (end > 0) return [inline(text.slice(at + mark.length, end), make(tag), depth + 1), end + mark.length];
  }
  return null;
}

function closing(text, mark, from) {
  const reach = text.slice(from, from + REACH);
  for (let end = reach.indexOf(mark, 1); end > 0; end = reach.indexOf(mark, end + 1)) {
    const inWord = mark[0] === '_' && /\w/.test(reach[end + mark.length] ?? '');
    const longer = mark.length === 1 && (reach[end + 1] === mark || reach[end - 1] === mark);
    if (!/\s/.test(reach[end - 1]) && !inWord && !longer) return from + end;
  }
  return -1;
}

function codeSpan(text, at) {
  let length = 1;
  while (text[at + length] === '`') length += 1;
  const mark = '`'.repeat(length);
  const reach = text.slice(at + length, at + length + 2 * REACH);
  for (let end = reach.indexOf(mark); end >= 0; end = reach.indexOf(mark, end + length)) {
    if (reach[end + length] !== '`' && reach[end - 1] !== '`') {
      const code = reach.slice(0, end);
      return [make('code', null, code.length > 2 ? code.replace(/^ (.*) $/s, '$1') : code), at + end + 2 * length];
    }
  }
  return [document.createTextNode(mark), at + length];
}
