import { expect, test } from 'vitest';
import { streamCsv } from './stream-csv.ts';
import { toCsvCell } from './to-csv-cell.ts';

interface Row {
  name: string;
  amount: number;
}
const columns = [
  ['Name', (row: Row) => row.name],
  ['Amount', (row: Row) => row.amount],
] as const;

test('all pages are written, each once, below one line of headers', async () => {
  const asked: (string | undefined)[] = [];
  const answer = await streamCsv<Row>({
    name: 'players',
    columns,
    read: async (after) => {
      asked.push(after);
      return after
        ? { rows: [{ name: 'Max', amount: -2 }], next_cursor: null }
        : { rows: [{ name: 'Pia, "P"', amount: 1 }], next_cursor: 'two' };
    },
  });
  expect(await answer.text()).toBe('Name,Amount\r\n"Pia, ""P""",1\r\nMax,-2\r\n');
  expect(asked).toEqual([undefined, 'two']);
  expect(answer.headers.get('content-disposition')).toMatch(/dealscale-players-\d{4}-\d\d-\d\d\.csv/);
});

test('a table without rows is a file of headers', async () => {
  const answer = await streamCsv<Row>({
    name: 'x',
    columns,
    read: async () => ({ rows: [], next_cursor: null }),
  });
  expect(await answer.text()).toBe('Name,Amount\r\n');
});

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['@pia', "'@pia"],
  ['two\nlines', '"two\nlines"'],
  ['', ''],
])('the text %j is the cell %j', (text, cell) => {
  expect(toCsvCell(text)).toBe(cell);
});

test('numbers, booleans and nothing are cells too', () => {
  expect([-1.5, true, null].map(toCsvCell)).toEqual(['-1.5', 'true', '']);
});
