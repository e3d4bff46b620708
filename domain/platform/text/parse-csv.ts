/** What is wrong with a CSV text, and in which line it begins. */
export class CsvError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.name = 'CsvError';
    this.line = line;
  }
}

/** A record of a CSV text, with the line in which it begins. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** A cell and the character that ends it: quoted, with doubled quotes inside, or plain. */
const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/**
 * The records of a CSV text as RFC 4180 defines it. A quote that is not closed or not doubled is an error.
 * Empty lines are left out, and so is a byte order mark.
 * @throws CsvError
 */
export function parseCsv(text: string): CsvRecord[] {
  const source = text.replace(/^\uFEFF/, '');
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let firstLine = 1;
  cellPattern.lastIndex = 0;
  while (cellPattern.lastIndex < source.length || cells.length > 0) {
    const match = cellPattern.exec(source);
    if (!match) throw new CsvError('A quote is not closed, or not doubled inside quotes.', line);
    const [whole, quoted, plain = '', end = ''] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split(/\r\n|\r|\n/).length - 1;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: firstLine, cells });
    cells = [];
    firstLine = line;
  }
  return records;
}
