import type { z } from 'zod';

/** A parsed form: its value or its errors, and the submitted values to fill it in again. */
export type ReadForm<Value> =
  | { ok: true; value: Value; fields: Record<string, string> }
  | {
      ok: false;
      problem: string | undefined;
      errors: Record<string, string>;
      fields: Record<string, string>;
    };

/** Hidden fields. Their errors are the page's fault, and shown above the form. */
const hiddenFields = /_(id|key)$/;

/** Never sent back, because these values are for the server only. */
const secretFields = new Set(['password']);

/** The values by name. A name that ends with [] has a list of all its values, and loses the ending. */
function collectValues(texts: readonly [string, string][]): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of texts) {
    if (name.endsWith('[]')) {
      const key = name.slice(0, -2);
      values[key] = [...(values[key] ?? []), value];
    } else values[name] = value;
  }
  return values;
}

/** Parses a form by its schema, whose messages state what to do about each field. */
export function readForm<Value>(schema: z.ZodType<Value>, form: FormData): ReadForm<Value> {
  const texts = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
  const fields = Object.fromEntries(texts.filter(([name]) => !secretFields.has(name)));
  const parsed = schema.safeParse(collectValues(texts));
  if (parsed.success) return { ok: true, value: parsed.data, fields };
  // The first problem of a field is enough.
  const issues = parsed.error.issues.toReversed().map(({ path, message }) => [String(path[0]), message]);
  const errors = Object.fromEntries(issues.filter(([name = '']) => !hiddenFields.test(name)));
  const isPageOutdated = Object.keys(errors).length === 0;
  const problem = isPageOutdated ? 'Reload the page and send the form again.' : undefined;
  return { ok: false, problem, errors, fields };
}
