import { z } from 'zod';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { visibilities } from '#domain/identity/vocabulary.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';

export const requestForm = z.object({
  credit_type: z.enum(creditTypes, 'Choose AI or Lead credits.'),
  amount: z.coerce
    .number('Enter how many credits you need.')
    .int('Enter a whole number of credits.')
    .min(1, 'Request at least one credit.')
    .max(requestAmountMax, 'That is more than anyone can get.'),
  reason: presentableText(textFields.reason).transform((reason) => tidyText(reason, true)),
  idempotency_key: z.uuid(),
});

export const cancelForm = z.object({ request_id: z.uuid(), idempotency_key: z.uuid() });

export const settingsForm = z.object({
  display_name: presentableText(textFields.displayName)
    .transform((name) => tidyText(name, false))
    .optional(),
  visibility: z.enum(visibilities, 'Choose how you appear on the boards.'),
  time_zone: z
    .string()
    .refine(
      (zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
      'Choose a time zone.',
    ),
});

/** For a form that is only a button. */
export const emptyForm = z.object({});
