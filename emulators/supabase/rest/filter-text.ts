/**
 * A value of a filter: text, as it stood in the query. The type of the column reads it, as Postgres reads a quoted
 * literal; until then it is no number, no truth value and not null, whatever it spells.
 */
export class FilterText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

// The library guesses what a value is from how it looks. Nothing that looks like this is taken for anything but text,
// wherever it stands.
const mark = '~text~';
const plainMark = '~plain~';
const arrayMark = '~array~';

/** The value in a form that the library carries without reading it. */
export function coverText(text: string): string {
  return mark + Buffer.from(text).toString('base64url');
}

/** The same for a value that the library has to find as an ordinary string: a pattern, a search, an argument. */
export function coverPlainText(text: string): string {
  return plainMark + Buffer.from(text).toString('base64url');
}

/** The same for the text of a whole array, which the library is given as the only element of one. */
export function coverArray(text: string): string {
  return `{${arrayMark}${Buffer.from(text).toString('base64url')}}`;
}

/** A copy of what the library understood, with every covered value as it was. */
function uncoverTexts(value: unknown): unknown {
  if (typeof value === 'string') return uncover(value);
  if (Array.isArray(value)) return uncoverArray(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, uncoverTexts(inner)]));
}

function uncover(text: string): string | FilterText {
  if (text.startsWith(mark)) return new FilterText(decode(text.slice(mark.length)));
  return text.startsWith(plainMark) ? decode(text.slice(plainMark.length)) : text;
}

function uncoverArray(values: readonly unknown[]): unknown {
  const [first] = values;
  const isWhole = typeof first === 'string' && first.startsWith(arrayMark);
  return isWhole ? new FilterText(decode(first.slice(arrayMark.length))) : values.map(uncoverTexts);
}

function decode(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString();
}

/** Lets a connection see the values of filters as they were, once the library has understood the rest of a query. */
export function uncoverFilters<Query extends object>(connection: {
  onPostgrestAST: (query: Query) => Promise<Query>;
}): void {
  const pass = connection.onPostgrestAST.bind(connection);
  connection.onPostgrestAST = (query) => {
    // What comes in a body, rows and arguments, was never covered.
    const isCallByGet = Reflect.get(query, 'httpMethod') === 'GET';
    for (const part of ['where', 'select', ...(isCallByGet ? ['args'] : [])]) {
      const covered: unknown = Reflect.get(query, part);
      if (covered !== undefined) Reflect.set(query, part, uncoverTexts(covered));
    }
    return pass(query);
  };
}
