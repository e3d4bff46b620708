import { z } from 'zod';
import { transferAmountMax } from '#domain/credits/limits.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { playerRoles, visibilities } from '#domain/identity/vocabulary.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';
import { creditActs } from './credit-acts.ts';

const reason = presentableText(textFields.reason).transform((text) => tidyText(text, true));

/** The role and the visibility of a player. A box that is not checked is not sent. */
export const accountForm = z.object({
  player_id: z.uuid(),
  role: z.enum(playerRoles, 'Choose a role.'),
  visibility: z.enum(visibilities, 'Choose how the player is shown.'),
  is_staff: z
    .literal('on')
    .optional()
    .transform((box) => box === 'on'),
});

export const linkForm = z.object({ player_id: z.uuid(), act: z.enum(['relink', 'unlink']), reason });

export const voidForm = z.object({ score_event_id: z.coerce.number().int().positive(), reason });

export const moveForm = z.object({
  act: z.enum(creditActs, 'Choose what to do.'),
  player_id: z.uuid(),
  credit_type: z.enum(creditTypes, 'Choose AI or Lead credits.'),
  amount: z.coerce
    .number('Enter how many credits.')
    .int('Enter a whole number of credits.')
    .min(1, 'Move at least one credit.')
    .max(transferAmountMax, 'That is more than anyone can have.'),
  /** The day after which granted credits are gone; they last to its end in UTC. */
  expires_on: z
    .literal('')
    .or(z.iso.date('Enter a day.'))
    .default('')
    .transform((day) => (day === '' ? undefined : `${day}T23:59:59Z`)),
  reason,
  idempotency_key: z.uuid(),
});

export const endHoldForm = z.object({ hold_id: z.uuid(), ending: z.enum(['release', 'capture']), reason });
