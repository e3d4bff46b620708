import { z } from 'zod';
import type { Refusal } from '#domain/platform/refusal.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';

/** A form that was read: its value, or why it was refused; and its text fields, to fill it in again. */
export type ParsedForm<T> =
  | { ok: true; value: T; fields: Record<string, string> }
  | { ok: false; refusal: Refusal; fields: Record<string, string> };

const requestForm = z.object({
  credit_type: z.enum(['ai', 'lead'], 'Choose AI or Lead credits.'),
  amount: z.coerce
    .number('Enter how many credits you need.')
    .int('Enter a whole number of credits.')
    .min(1, 'Request at least one credit.')
    .max(1_000_000, 'That is more than anybody can get.'),
  reason: presentableText(textFields.reason).transform((reason) => tidyText(reason, true)),
  idempotency_key: z.uuid('Reload the page and fill in the form again.'),
});

const cancelForm = z.object({ request_id: z.uuid(), idempotency_key: z.uuid() });

const settingsForm = z.object({
  display_name: presentableText(textFields.displayName)
    .transform((name) => tidyText(name, false))
    .optional(),
  visibility: z.enum(['public', 'anonymous', 'hidden'], 'Choose how you appear on the boards.'),
  time_zone: z
    .string()
    .refine(
      (zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
      'Choose a time zone.',
    ),
});

export const parseRequestForm = (form: FormData) => parseForm(requestForm, form);
export const parseCancelForm = (form: FormData) => parseForm(cancelForm, form);
export const parseSettingsForm = (form: FormData) => parseForm(settingsForm, form);

function parseForm<T>(schema: z.ZodType<T>, form: FormData): ParsedForm<T> {
  const fields = Object.fromEntries(
    [...form].filter((field): field is [string, string] => typeof field[1] === 'string'),
  );
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { ok: true, value: parsed.data, fields };
  const action = parsed.error.issues[0]?.message ?? 'Check what you entered.';
  return { ok: false, fields, refusal: { code: 'form_invalid', message: '', action, status: 400 } };
}
