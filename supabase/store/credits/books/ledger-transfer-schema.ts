import { z } from 'zod';
import {
  creditTypes,
  playerAccountKinds,
  systemAccountKinds,
  transferKinds,
} from '#domain/credits/vocabulary.ts';
import { creditTransferSchema } from '../movements/credit-transfer-schema.ts';

/** A transfer as the ledger of all players lists it. */
export const ledgerTransferSchema = creditTransferSchema.extend({
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  actor_name: z.string().nullable(),
  actor_username: z.string().nullable(),
  /** Of what is available, or of what is held if only that changed. */
  balance_before: z.number().int().nullable(),
  balance_after: z.number().int().nullable(),
});

/** A transfer with everything that belongs to it. */
export const transferDetailSchema = ledgerTransferSchema.extend({
  entries: z.array(
    z.object({
      entry_id: z.number().int(),
      account: z.enum([...playerAccountKinds, ...systemAccountKinds]),
      is_system: z.boolean(),
      amount: z.number().int(),
      balance_before: z.number().int(),
      balance_after: z.number().int(),
      account_version: z.number().int(),
    }),
  ),
  /** What was taken from which grants, or returned to them. */
  lots: z.array(
    z.object({ amount: z.number().int(), expires_at: z.string().nullable(), granted_by: z.string() }),
  ),
  /** What is left of a grant. */
  lot: z
    .object({ available: z.number().int(), held: z.number().int(), expires_at: z.string().nullable() })
    .nullable(),
  /** What ended a hold. */
  endings: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(transferKinds),
      amount: z.number().int(),
      created_at: z.string(),
    }),
  ),
  reversed_by: z.string().nullable(),
  proposed_by_request: z.string().nullable(),
});

/** A grant of which something is left that expires. */
export const expiringLotSchema = z.object({
  lot_id: z.number().int(),
  transfer_id: z.string(),
  credit_type: z.enum(creditTypes),
  available: z.number().int(),
  granted: z.number().int(),
  expires_at: z.string(),
  username: z.string(),
  display_name: z.string(),
});

export type LedgerTransfer = z.output<typeof ledgerTransferSchema>;
