/** A call in the source of a function, with the source of each argument. */
interface Call {
  name: string;
  args: string[];
}

/** A message to open pages: the kind of topic and the event. */
export interface SentMessage {
  topic: string;
  event: string;
}

/** The words that only one of two lists has; both are empty if the lists agree. */
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

/** The words that a column's check allows; none if the check is not a list of words. */
export function readCheckedWords(definition: string): string[] {
  const [, list = ''] = /= ANY \(ARRAY\[([^\]]*)\]/.exec(definition) ?? [];
  return readLiterals(list);
}

/** The names of the events that a function emits; a name that ends with a dot is completed by what follows. */
export function readEventNames(source: string): string[] {
  return readLiterals(source).filter((text) => /^[a-z_]+\/[a-z_]+\.[a-z_]*$/.test(text));
}

/** The messages that a function sends to open pages. If a function passes an event on, its callers know the name. */
export function readSentMessages(source: string): SentMessage[] {
  const isEvent = (text: string) => /^[a-z_]+$/.test(text);
  return readCalls(source).flatMap(({ name, args }) => {
    // What a `case` compares is not an event; what it returns is.
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

/** The bounds that a function sets for its arguments, by refusal code. */
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
