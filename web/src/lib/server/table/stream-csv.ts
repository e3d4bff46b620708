import { toCsvCell } from './to-csv-cell.ts';

type Cell = string | number | boolean | null;

/** One column of a download: its header and the value of a row. */
export type CsvColumn<Row> = readonly [header: string, value: (row: Row) => Cell];

interface CsvPage<Row> {
  rows: readonly Row[];
  next_cursor: string | null;
}

interface CsvOptions<Row> {
  /** The name of the file, without the day and the suffix. */
  name: string;
  columns: readonly CsvColumn<Row>[];
  /** Reads the page after a cursor; without one, the first. */
  read: (after: string | undefined) => Promise<CsvPage<Row>>;
}

/**
 * Downloads all rows of a table as CSV (RFC 4180). It is read and sent page by page, so memory does not grow with it.
 * A fault midway ends the download as incomplete.
 */
export async function streamCsv<Row>({ name, columns, read }: CsvOptions<Row>): Promise<Response> {
  // The first page is read before the answer begins, so that a refusal still has its own status.
  const lines = writeLines(columns, await read(undefined), read);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await lines.return();
    },
  });
  const day = new Date().toISOString().slice(0, 10);
  return new Response(stream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="dealscale-${name}-${day}.csv"`,
      'cache-control': 'private, no-store',
    },
  });
}

async function* writeLines<Row>(
  columns: readonly CsvColumn<Row>[],
  first: CsvPage<Row>,
  read: CsvOptions<Row>['read'],
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  const toLine = (cells: readonly Cell[]): string => `${cells.map(toCsvCell).join(',')}\r\n`;
  yield encoder.encode(toLine(columns.map(([header]) => header)));
  for (let page = first; ; page = await read(page.next_cursor ?? undefined)) {
    if (page.rows.length > 0) {
      yield encoder.encode(page.rows.map((row) => toLine(columns.map(([, value]) => value(row)))).join(''));
    }
    if (page.next_cursor === null) return;
  }
}
