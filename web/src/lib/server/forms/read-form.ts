import type { z } from 'zod';

/** A form that was read: its value, or what is wrong with it; and what was typed, to fill it in again. */
export type ReadForm<Value> =
  | { ok: true; value: Value; fields: Record<string, string> }
  | {
      ok: false;
      problem: string | undefined;
      errors: Record<string, string>;
      fields: Record<string, string>;
    };

/** Fields that nobody sees. What is wrong with them is the page's fault, and said above the form. */
const hiddenFields = /_(id|key)$/;

/** Never sent back: what is typed here is for the server alone. */
const secretFields = new Set(['password']);

/** Reads a form by its schema, whose messages say what to do about each field. */
export function readForm<Value>(schema: z.ZodType<Value>, form: FormData): ReadForm<Value> {
  const texts = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
  const fields = Object.fromEntries(texts.filter(([name]) => !secretFields.has(name)));
  const parsed = schema.safeParse(Object.fromEntries(texts));
  if (parsed.success) return { ok: true, value: parsed.data, fields };
  // The first thing that is wrong with a field is enough to go on.
  const issues = parsed.error.issues.toReversed().map(({ path, message }) => [String(path[0]), message]);
  const errors = Object.fromEntries(issues.filter(([name = '']) => !hiddenFields.test(name)));
  const isPageOutdated = Object.keys(errors).length === 0;
  const problem = isPageOutdated ? 'Reload the page and send the form again.' : undefined;
  return { ok: false, problem, errors, fields };
}
