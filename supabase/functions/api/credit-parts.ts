import { z } from '@hono/zod-openapi';
import { transferAmountMax } from '#domain/credits/limits.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';

/** Credits move only with a key, so a caller that got no answer can ask again. */
export const requiredIdempotencyHeader = z.object({
  'idempotency-key': z.string('The header Idempotency-Key is missing.').openapi({
    description:
      'A random string, new with each intention. Sent again with the same request, it returns the first response.',
  }),
});

export const creditType = z.enum(creditTypes);
export const creditAmount = z.number().int().min(1).max(transferAmountMax);

const textDescription = 'Shown to the player and in the ledger. Up to 500 visible characters.';
/** Why the product spends or holds credits. */
export const transferReason = presentableText(textFields.transferReason).openapi({
  description: textDescription,
});
/** Why an admin or a key grants or reverses. */
export const adminReason = presentableText(textFields.reason).openapi({
  description: `${textDescription} At least 3.`,
});

export const creditActor = z.uuid().optional().openapi({
  description:
    'The admin on whose behalf the credits move. Above the amount of the policy, the result is a proposal that waits for a second approver. Without it, the key acts for itself and is refused above that amount.',
});

/** A key alone decides nothing: it names the person, whose role counts at that moment. */
export const decidingPlayer = z.uuid().openapi({
  description:
    'The manager or admin who decides. Their role is checked at that moment, nobody decides their own request, and the audit log names them and the key.',
});
export const decisionComment = presentableText(textFields.comment).nullish().openapi({
  description: 'Shown to the player. Up to 1,000 visible characters.',
});
