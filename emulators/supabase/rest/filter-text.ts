/**
 * The value of a filter: the text from the query. The column's type parses it, as Postgres parses a quoted
 * literal; until then it is not a number, boolean or null, whatever it spells.
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

// The library guesses a value's type from its text. Text of this form is always taken as text.
const mark = '~text~';
const plainMark = '~plain~';
const arrayMark = '~array~';

/** The value in a form that the library passes through unparsed. */
export function coverText(text: string): string {
  return mark + Buffer.from(text).toString('base64url');
}

/** The same for a value that the library must see as an ordinary string: a pattern, a search, an argument. */
export function coverPlainText(text: string): string {
  return plainMark + Buffer.from(text).toString('base64url');
}

/** The same for the text of a whole array, passed to the library as the only element of one. */
export function coverArray(text: string): string {
  return `{${arrayMark}${Buffer.from(text).toString('base64url')}}`;
}

/** A copy of the parsed query with every encoded value restored. */
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

/** Restores the original filter values on a connection, after the library has parsed the rest of a query. */
export function uncoverFilters<Query extends object>(connection: {
  onPostgrestAST: (query: Query) => Promise<Query>;
}): void {
  const pass = connection.onPostgrestAST.bind(connection);
  connection.onPostgrestAST = (query) => {
    // Rows and arguments in a body were never encoded.
    const isCallByGet = Reflect.get(query, 'httpMethod') === 'GET';
    for (const part of ['where', 'select', ...(isCallByGet ? ['args'] : [])]) {
      const covered: unknown = Reflect.get(query, part);
      if (covered !== undefined) Reflect.set(query, part, uncoverTexts(covered));
    }
    return pass(query);
  };
}
