import { z } from 'zod';
import { transferAmountMax } from '#domain/credits/limits.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { CsvError, parseCsv } from '#domain/platform/text/parse-csv.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';

const idempotencyKey = storableText.min(8).max(200);
const day = z.iso.date('Choose a day.');

export const scheduleForm = z.object({
  username: storableText.min(1, 'Enter a username.').max(33),
  credit_type: z.enum(creditTypes),
  amount: z.coerce
    .number('Enter a whole number above zero.')
    .int('Enter a whole number above zero.')
    .min(1, 'Enter a whole number above zero.')
    .max(transferAmountMax, 'Enter a smaller amount.'),
  reason: presentableText(textFields.reason),
  effective_on: day,
  expires_on: z.union([z.literal(''), day]).default(''),
  idempotency_key: idempotencyKey,
});

/** The columns of a list. The first four are required. */
export const listColumns = [
  'player',
  'credit_type',
  'amount',
  'reason',
  'expires_at',
  'effective_at',
] as const;
const requiredColumns = listColumns.slice(0, 4);
const linesMax = 2_000;

type Line = Record<string, string | number>;

/** The lines of an uploaded list, or what is wrong with the file as a whole. */
export function readGrantList(text: string): { lines: Line[] } | { problem: string } {
  try {
    const [header, ...records] = parseCsv(text);
    const names = header?.cells.map((name) => name.trim().toLowerCase()) ?? [];
    const missing = requiredColumns.filter((column) => !names.includes(column));
    if (missing.length > 0)
      return { problem: `The first line must name the columns. Missing: ${missing.join(', ')}.` };
    const unknown = names.filter((name) => !listColumns.some((column) => column === name));
    if (unknown.length > 0) return { problem: `These columns are not known: ${unknown.join(', ')}.` };
    if (records.length === 0) return { problem: 'There is no line below the names of the columns.' };
    if (records.length > linesMax) return { problem: 'A list has at most 2,000 lines. Split it.' };
    const uneven = records.find(({ cells }) => cells.length !== names.length);
    if (uneven) {
      return { problem: `Line ${uneven.line} has ${uneven.cells.length} cells instead of ${names.length}.` };
    }
    return {
      lines: records.map(({ line, cells }) => ({
        line,
        ...Object.fromEntries(listColumns.map((column) => [column, cells[names.indexOf(column)] ?? ''])),
      })),
    };
  } catch (error) {
    if (error instanceof CsvError) return { problem: `Line ${error.line}: ${error.message}` };
    throw error;
  }
}

export const listForm = z
  .object({
    list: storableText.min(1, 'Choose a file, or paste its lines.').max(1_000_000, 'The list is too large.'),
    act: z.enum(['preview', 'grant']),
    idempotency_key: idempotencyKey,
  })
  .transform(({ list, ...rest }, context) => {
    const read = readGrantList(list);
    if ('lines' in read) return { ...rest, list, lines: read.lines };
    context.addIssue({ code: 'custom', path: ['list'], message: read.problem });
    return z.NEVER;
  });
