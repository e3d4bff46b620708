import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvError, parseCsv } from './parse-csv.ts';

const read = (text: string) => parseCsv(text).map(({ cells }) => cells);

test.each([
  [
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['"a,1","say ""hi""",\n', [['a,1', 'say "hi"', '']]],
  ['"two\nlines",x', [['two\nlines', 'x']]],
  ['\uFEFFa\n\n\nb\n', [['a'], ['b']]],
  [',\n', [['', '']]],
  ['', []],
  ['a,', [['a', '']]],
])('%j', (text, records) => {
  expect(read(text)).toEqual(records);
});

test('each record knows the line in which it begins', () => {
  expect(parseCsv('a\n"b\nc"\n\nd').map(({ line }) => line)).toEqual([1, 2, 5]);
});

test.each([
  ['a\n"b', 2],
  ['"a"b', 1],
  ['a"b', 1],
])('%j is refused with its line', (text, line) => {
  expect(() => parseCsv(text)).toThrow(CsvError);
  expect(() => parseCsv(text)).toThrow(expect.objectContaining({ line }));
});

test('whatever is written as RFC 4180 says is read back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ä') });
  const record = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), (records) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = records.map((cells) => cells.map(quote).join(',')).join('\r\n');
      expect(read(text)).toEqual(records);
    }),
    { seed: 4180, numRuns: 300 },
  );
});
