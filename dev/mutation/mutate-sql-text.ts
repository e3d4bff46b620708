/** One small fault in a text: the change, and the changed text. */
export interface TextMutant {
  change: string;
  text: string;
}

const tokenPattern =
  /(?<comment>--[^\n]*)|(?<string>'(?:[^']|'')*')|(?<word>[a-z_][a-z0-9_$.]*)|(?<number>\b\d+\b)|(?<operator>=>|<>|<=|>=|:=|->>|->|\|\||::|=|<|>|\+|-)/gi;

/** A plausible mistake for each operator or word; words without an entry are left alone. */
const swaps: Record<string, readonly string[]> = {
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '=': ['<>'],
  '<>': ['='],
  '+': ['-'],
  '-': ['+'],
  and: ['or'],
  or: ['and'],
  not: [''],
  true: ['false'],
  false: ['true'],
  least: ['greatest'],
  greatest: ['least'],
  min: ['max'],
  max: ['min'],
  desc: ['asc'],
};

function replaceAt(text: string, at: number, length: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + length);
}

const contextMax = 80;

/** The line with the change marked in it, because the same word may occur several times. */
function describeChange(text: string, at: number, before: string, after: string): string {
  const lineStart = Math.max(text.lastIndexOf('\n', at) + 1, at - contextMax);
  const end = at + before.length;
  const lineEnd = text.indexOf('\n', end);
  const rest = text.slice(end, lineEnd === -1 ? undefined : lineEnd).slice(0, contextMax);
  const line = `${text.slice(lineStart, at)}[${before.trim()} → ${after}]${rest}`;
  return line.replace(/\s+/g, ' ').trim();
}

/** Statements whose absence a test should detect: locks, refusals, events, audit entries. */
const wholeParts: readonly RegExp[] = [
  /\s+for (?:no key )?update(?: skip locked)?(?=[;\s)])/g,
  /\bperform \w+\.\w+\((?:[^;']|'(?:[^']|'')*')*\);/g,
  /\border by [^\n;)]+/g,
];

/**
 * Every variant of `text`, a piece of SQL or PL/pgSQL, with one small fault. Some are invalid SQL, which a
 * database rejects.
 */
export function mutateSqlText(text: string): TextMutant[] {
  const mutants: TextMutant[] = [];
  const add = (at: number, before: string, after: string): void => {
    mutants.push({
      change: describeChange(text, at, before, after),
      text: replaceAt(text, at, before.length, after),
    });
  };
  const words = [...new Set([...text.matchAll(/'([a-z][a-z_]{2,19})'/g)].map(([literal]) => literal))];
  for (const match of text.matchAll(tokenPattern)) {
    const token = match[0];
    const at = match.index;
    if (match.groups?.comment !== undefined) continue;
    if (match.groups?.string !== undefined) {
      const other = words.find((word) => word !== token);
      if (words.includes(token) && other) add(at, token, other);
    } else if (match.groups?.number !== undefined) {
      add(at, token, String(Number(token) + 1));
    } else {
      for (const replacement of swaps[token.toLowerCase()] ?? []) add(at, token, replacement);
    }
  }
  for (const pattern of wholeParts) {
    for (const match of text.matchAll(pattern))
      add(match.index, match[0], match[0].startsWith('perform') ? 'null;' : '');
  }
  return mutants;
}
