/** A call in the source of a function, with the source of each argument. */
interface Call {
  name: string;
  args: string[];
}

/** A message that open pages are sent: over which kind of topic, and its event. */
export interface SentMessage {
  topic: string;
  event: string;
}

/** What one list of words has more than another; nothing of either when both say the same. */
export interface Difference {
  missing: string[];
  unknown: string[];
}

export function findDifference(spoken: readonly string[], listed: readonly string[]): Difference {
  return {
    missing: [...new Set(spoken)].filter((word) => !listed.includes(word)).sort(),
    unknown: listed.filter((word) => !spoken.includes(word)).sort(),
  };
}

/** The words that a check of a column allows; none when the check is no list of words. */
export function readCheckedWords(definition: string): string[] {
  const [, list = ''] = /= ANY \(ARRAY\[([^\]]*)\]/.exec(definition) ?? [];
  return readLiterals(list);
}

/** The names of events that a function writes; one that ends with a dot is completed by what follows it. */
export function readEventNames(source: string): string[] {
  return readLiterals(source).filter((text) => /^[a-z_]+\/[a-z_]+\.[a-z_]*$/.test(text));
}

/** The messages that a function sends to open pages. Of an event that is handed on, its callers know the name. */
export function readSentMessages(source: string): SentMessage[] {
  const isEvent = (text: string) => /^[a-z_]+$/.test(text);
  return readCalls(source).flatMap(({ name, args }) => {
    // What a `case` compares is not an event; what it chooses is.
    const chosen = (args[1] ?? '').replace(/\bwhen\b.*?\bthen\b/gs, '');
    const events = readLiterals(chosen).filter(isEvent);
    const over = (topics: string[]) => topics.flatMap((topic) => events.map((event) => ({ topic, event })));
    switch (name) {
      case 'send':
        return over(readLiterals(args[2] ?? '').map((text) => text.replace(/:.*$/, '')));
      case 'send_to_managers':
        return over(readLiterals(args[2] ?? ''));
      case 'announce_request':
        return over(['requests', 'player']);
      default:
        return [];
    }
  });
}

/** The bounds that a function holds its arguments to, by the code that it refuses with. */
export function readBounds(source: string): { code: string; max: number }[] {
  const bounds = /between \d+ and (\d+)(?:, false\))?\s+then\s+perform \w+\.refuse\(\d+, '([a-z_]+)'/g;
  return [...dropComments(source).matchAll(bounds)].map(([, max, code = '']) => ({ code, max: Number(max) }));
}

function dropComments(source: string): string {
  return source.replace(/('(?:[^']|'')*')|--[^\n]*/g, (_, text: string | undefined) => text ?? ' ');
}

function readLiterals(source: string): string[] {
  return [...dropComments(source).matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text);
}

function readCalls(source: string): Call[] {
  const text = dropComments(source);
  return [...text.matchAll(/\b(\w+)\(/g)].map(({ 0: opening, 1: name = '', index }) => ({
    name,
    args: readArguments(text, index + opening.length),
  }));
}

/** The arguments of a call from its opening parenthesis on. */
function readArguments(text: string, start: number): string[] {
  const args: string[] = [];
  let depth = 0;
  let argument = '';
  for (const [token] of text.slice(start).matchAll(/'(?:[^']|'')*'|[()[\],]|[^'()[\],]+/g)) {
    const isOver = depth === 0 && (token === ',' || token === ')');
    if (isOver) args.push(argument.trim());
    if (isOver && token === ')') return args;
    argument = isOver ? '' : argument + token;
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
  }
  return args;
}
