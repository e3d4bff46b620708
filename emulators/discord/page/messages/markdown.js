import { h } from '../dom.js';
import { currentGuild, findUser, nameOf, store } from '../store.js';
import { formatTime } from '../time.js';

/**
 * @typedef {{ pattern: RegExp, build: (match: RegExpExecArray) => Node | string | null }} Rule
 */

const wrap = (tag) => (match) => h(tag, {}, ...parseInline(match[1]));

function mention(kind, label) {
  return h('span', { class: `mention mention-${kind}` }, label);
}

function buildLink(url, label) {
  // Other protocols could run scripts.
  if (!/^https?:\/\//i.test(url)) return label;
  return h('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, label);
}

function buildTime([, seconds, style]) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const attributes = {
    datetime: date.toISOString(),
    title: formatTime(date, 'F'),
    'data-style': style ?? 'f',
  };
  return h('time', attributes, formatTime(date, style ?? 'f'));
}

/** @type {Rule[]} */
const inlineRules = [
  // A backslash makes the next character literal, unless that is a letter, a digit or a space; then it is one
  // itself.
  { pattern: /\\([^A-Za-z0-9\s])/u, build: (match) => match[1] },
  { pattern: /`([^`\n]+)`/, build: (match) => h('code', {}, match[1]) },
  { pattern: /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, build: buildTime },
  {
    pattern: /<@!?(\d+)>/,
    build: ([, id]) => mention('user', `@${findUser(id) ? nameOf(findUser(id)) : 'unknown person'}`),
  },
  {
    pattern: /<@&(\d+)>/,
    build: ([, id]) =>
      mention('role', `@${currentGuild().roles.find((role) => role.id === id)?.name ?? 'unknown role'}`),
  },
  {
    pattern: /<#(\d+)>/,
    build: ([, id]) =>
      mention('channel', `#${store.world.channels.find((c) => c.id === id)?.name ?? 'unknown'}`),
  },
  { pattern: /<\/([^:>]+):\d+>/, build: ([, name]) => mention('command', `/${name}`) },
  { pattern: /<a?:(\w+):\d+>/, build: ([, name]) => `:${name}:` },
  { pattern: /\[([^\]]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, build: ([, label, url]) => buildLink(url, label) },
  { pattern: /<?(https?:\/\/[^\s<>]+[^\s<>.,;:!?)'"])>?/, build: ([, url]) => buildLink(url, url) },
  { pattern: /\*\*([\s\S]+?)\*\*/, build: wrap('strong') },
  { pattern: /__([\s\S]+?)__/, build: wrap('u') },
  { pattern: /~~([\s\S]+?)~~/, build: wrap('s') },
  { pattern: /\|\|([\s\S]+?)\|\|/, build: wrap('span') },
  { pattern: /\*([^*\s](?:[^*]*[^*\s])?)\*/, build: wrap('em') },
  { pattern: /(?<!\w)_([^_\s](?:[^_]*[^_\s])?)_(?!\w)/, build: wrap('em') },
  { pattern: /\n/, build: () => h('br') },
];

/** Inline marks: the rule that starts first wins, ties go to the earlier rule. */
export function parseInline(text) {
  const nodes = [];
  let rest = text;
  while (rest !== '') {
    let best = null;
    for (const rule of inlineRules) {
      const match = rule.pattern.exec(rest);
      if (match && (best === null || match.index < best.match.index)) best = { rule, match };
    }
    const built = best?.rule.build(best.match);
    if (!best) {
      nodes.push(rest);
      break;
    }
    nodes.push(rest.slice(0, best.match.index), built ?? best.match[0]);
    rest = rest.slice(best.match.index + best.match[0].length);
  }
  return nodes.filter((node) => node !== '');
}

const headingClasses = { '#': 'md-1', '##': 'md-2', '###': 'md-3' };

function buildLine(line) {
  const heading = /^(#{1,3}) (.+)$/.exec(line);
  // Headings of a message are not headings of the page.
  if (heading)
    return h('p', { class: `md-heading ${headingClasses[heading[1]]}` }, ...parseInline(heading[2]));
  const small = /^-# (.+)$/.exec(line);
  if (small) return h('p', { class: 'md-small' }, ...parseInline(small[1]));
  return null;
}

function isPlain(line) {
  return !/^(#{1,3} |-# |> |[-*] |\d+\. )/.test(line);
}

function takeWhile(lines, from, matches) {
  let end = from;
  while (end < lines.length && matches(lines[end])) end += 1;
  return lines.slice(from, end);
}

function parseBlocks(text) {
  const lines = text.split('\n');
  const blocks = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index];
    const own = buildLine(line);
    const take = (matches) => takeWhile(lines, index, matches);
    if (own) {
      blocks.push(own);
      index += 1;
    } else if (line.startsWith('> ')) {
      const quoted = take((other) => other.startsWith('> '));
      blocks.push(h('blockquote', {}, ...parseInline(quoted.map((other) => other.slice(2)).join('\n'))));
      index += quoted.length;
    } else if (/^([-*]|\d+\.) /.test(line)) {
      const isNumbered = /^\d/.test(line);
      const items = take((other) => (isNumbered ? /^\d+\. / : /^[-*] /).test(other));
      const start = isNumbered ? { start: Number.parseInt(line, 10) } : {};
      const list = items.map((item) => h('li', {}, ...parseInline(item.replace(/^([-*]|\d+\.) /, ''))));
      blocks.push(h(isNumbered ? 'ol' : 'ul', start, ...list));
      index += items.length;
    } else {
      const plain = take(isPlain);
      const count = Math.max(1, plain.length);
      const body = lines
        .slice(index, index + count)
        .join('\n')
        .replace(/^\n+|\n+$/g, '');
      if (body !== '') blocks.push(h('p', {}, ...parseInline(body)));
      index += count;
    }
  }
  return blocks;
}

/** A message's text as nodes. The text itself can never become markup. */
export function renderMarkdown(text) {
  const parts = text.split(/```(?:\w*\n)?([\s\S]*?)```/);
  const nodes = parts.flatMap((part, index) =>
    index % 2 === 1
      ? [h('pre', { tabindex: '0' }, h('code', {}, part.replace(/\n$/, '')))]
      : parseBlocks(part),
  );
  return h('div', { class: 'markdown' }, ...nodes);
}
