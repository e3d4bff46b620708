import { z } from 'zod';
import { creditBalancesSchema } from './credit-balances-schema.ts';
import { creditRequestSchema } from './credit-request-schema.ts';
import { creditRequestStates, creditTypes, decisions, requestEventKinds } from './vocabulary.ts';

const count = z.number().int().min(0);

/** What an approver needs to know about a requester, besides the request itself. */
export const requesterSchema = z.object({
  balances: creditBalancesSchema,
  /** The rank on the main board; null if the player is not on it. */
  rank: z.number().int().nullable(),
  has_left: z.boolean(),
  /** Earlier requests by outcome; others were cancelled or expired. */
  earlier: z.object({ approved: count, rejected: count, pending: count, others: count }),
  /** The last ones, newest first. */
  latest: z.array(
    z.object({
      id: z.string(),
      credit_type: z.enum(creditTypes),
      amount: z.number().int(),
      state: z.enum(creditRequestStates),
      created_at: z.string(),
    }),
  ),
});

/** A request in the queue. Only managers and the service see its requester. */
export const queuedRequestSchema = creditRequestSchema.extend({ requester: requesterSchema.nullable() });

export const requestQueueSchema = z.object({
  requests: z.array(queuedRequestSchema),
  next_cursor: z.string().nullable(),
  /** How many requests of each state pass the filter; closed ones are counted up to 1,001. */
  counts: z.record(z.enum(creditRequestStates), count),
});

/** Something that happened to a request. */
export const requestEventSchema = z.object({
  at: z.string(),
  kind: z.enum(requestEventKinds),
  source: z.string().optional(),
  decision: z.enum(decisions).optional(),
  by_name: z.string().nullish(),
  comment: z.string().nullish(),
  is_final: z.boolean().optional(),
  is_fallback: z.boolean().optional(),
  /** The bulk decision that it was part of. */
  bulk_id: z.string().nullish(),
  reason: z.string().nullish(),
  transfer_id: z.string().optional(),
});

export const requestHistorySchema = z.object({
  request: queuedRequestSchema,
  /** Oldest first. */
  events: z.array(requestEventSchema),
});
