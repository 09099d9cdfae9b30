// One item of a turn as an element.

function badge(kind, text) {
  return text ? make('span', { class: `badge ${kind}` }, text) : null;
}

function wentBadly(item) {
  return ['failed', 'declined', 'interrupted'].includes(item.status) || (item.exit_code ?? 0) !== 0;
}

function outcome(item) {
  const bad = wentBadly(item);
  const exit = item.exit_code !== null && item.exit_code !== undefined && ['completed', 'failed'].includes(item.status);
  let words = { completed: '', unanswered: 'no output' }[item.status] ?? item.status;
  if (exit) words = `exit ${item.exit_code}`;
  return [badge(bad ? 'bad' : 'good', words), badge('quiet', duration(item.duration_ms))];
}

function output(item) {
  return item.output ? long(item.output, { class: 'output' }) : make('p', { class: 'quiet' }, 'No output.');
}

function call(item, sign, what, body) {
  const line = make('code', { class: 'what' }, make('span', { class: 'sign', 'aria-hidden': 'true' }, sign), ' ', firstLine(what));
  return fold({ class: wentBadly(item) ? 'call failed' : 'call' }, [line, ...outcome(item)], body);
}

function pretty(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function tool(item, name) {
  const short = item.arguments.replace(/\s+/g, ' ').trim();
  return call(item, '⚙', `${name} ${short === '{}' ? '' : short}`, () => [
    short && short !== '{}' ? long(pretty(item.arguments), { class: 'input' }) : null,
    output(item),
  ]);
}

function diff(text) {
  return long(text, { class: 'diff' }, (part) =>
    part.split('\n').map((line) => {
      const kind = { '+': 'added', '-': 'removed', '@': 'hunk' }[line[0]] ?? null;
      return make('span', { class: kind }, `${line}\n`);
    }),
  );
}

function signs(change) {
  const counted = (sign) => change.diff.split('\n').filter((line) => line.startsWith(sign)).length;
  return [badge('plus', `+${counted('+')}`), badge('minus', `−${counted('-')}`)];
}

const MANY_LINES = 40;

function patch(item) {
  const small = item.changes.reduce((lines, change) => lines + change.diff.split('\n').length, 0) <= MANY_LINES;
  const files = item.changes.map((change) => {
    const letter = change.moved_to ? 'R' : { add: 'A', delete: 'D', update: 'M' }[change.kind];
    const path = change.moved_to ? `${change.path} → ${change.moved_to}` : change.path;
    const head = [make('code', { class: 'what' }, make('span', { class: 'sign' }, letter), ' ', path), ...signs(change)];
    return fold({ class: 'call file', open: small && !wentBadly(item) }, head, () => diff(change.diff));
  });
  const bad = wentBadly(item) ? call(item, '±', 'patch', () => output(item)) : null;
  return [bad, ...files];
}

function words(kind, title, text) {
  return fold({ class: kind }, [make('span', { class: 'what' }, title), badge('quiet', `${count(text.length)} characters`)], () =>
    long(text, { class: 'plain' }),
  );
}

function mark(text, summary) {
  const line = make('span', { class: 'mark' }, text);
  return summary ? fold({ class: 'mark' }, [line], () => markdown(summary)) : line;
}

function thoughts(item) {
  const sections = [...item.summary, ...item.content];
  if (sections.length === 0) return item.encrypted ? make('p', { class: 'quiet' }, 'Encrypted reasoning') : null;
  const title = firstLine(sections[0]);
  // A bold first line is a title, and stands in the summary already.
  if (/^\*\*.*\*\*$/.test(title)) sections[0] = sections[0].trim().slice(title.length);
  const what = make('span', { class: 'what' }, title.replaceAll('*', ''));
  return fold({ class: 'reasoning' }, [what], () => sections.map(markdown));
}

const DRAW = {
  user_message: (item) => [
    make('div', { class: 'says' }, item.text),
    ...item.attachments.map((what) => make('code', { class: 'attachment' }, what.slice(0, 80))),
  ],
  context: (item) => words('context', `Context for the model (${item.role})`, item.text),
  hook_prompt: (item) => words('context', 'From a hook', item.text),
  assistant_message: (item) => markdown(item.text),
  reasoning: thoughts,
  command: (item) =>
    call(item, item.by_user ? '!' : '$', item.command, () => [
      item.cwd ? make('p', { class: 'quiet' }, 'in ', make('code', null, item.cwd)) : null,
      item.command.trim() === firstLine(item.command) ? null : long(item.command, { class: 'input' }),
      output(item),
    ]),
  patch,
  mcp_call: (item) => tool(item, `${item.server}.${item.tool}`),
  tool_call: (item) => tool(item, item.namespace ? `${item.namespace}.${item.tool}` : item.tool),
  web_search: (item) => call(item, '⌕', item.query, () => output(item)),
  image: (item) => make('p', { class: 'quiet' }, item.made ? 'Picture made: ' : 'Picture looked at: ', make('code', null, item.description)),
  sub_agent: (item) =>
    make('p', { class: 'agent' }, make('code', null, item.agent_path ?? item.thread_id ?? 'agent'), ' ', item.activity),
  agent_message: (item) => [
    make('p', { class: 'agent' }, make('code', null, item.author), ' → ', make('code', null, item.recipient)),
    item.text ? markdown(item.text) : make('p', { class: 'quiet' }, 'Encrypted'),
  ],
  compaction: (item) =>
    mark(`History replaced by a summary${item.kept === null ? '' : `, ${plural(item.kept, 'item')} kept`}`, item.summary),
  rollback: (item) => mark(`${plural(item.turns, 'turn')} taken out of the history`),
  review_started: (item) => mark(`Review of ${item.target}`),
  review_ended: (item) => [mark('Review ended'), markdown(item.text)],
  plan: (item) => [make('p', { class: 'label' }, 'Plan'), markdown(item.text)],
  notice: (item) => make('p', { class: item.level === 'error' ? 'notice error' : 'notice' }, `${item.level}: ${item.text}`),
  other: (item) => words('context', item.kind, pretty(item.json)),
};

function draw(item) {
  const made = (Object.hasOwn(DRAW, item.type) ? DRAW[item.type] : DRAW.other)(item);
  const name = { user_message: 'User', assistant_message: 'Assistant' }[item.type];
  const phase = item.phase === 'commentary' ? ' commentary' : '';
  const body = [made].flat().filter(Boolean);
  return make('article', { class: `item ${item.type}${phase}`, 'aria-label': name, title: item.at }, ...body);
}
