import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const openHold = z.object({
  hold_id: z.string(),
  credit_type: z.enum(creditTypes),
  amount: z.int(),
  /** What is left of it. */
  open_amount: z.int(),
  reason: z.string().nullable(),
  created_at: z.string(),
});

/** A hold of which something is left. */
export type OpenHold = z.output<typeof openHold>;

/** The open holds of a player that the caller may see, oldest first. */
export async function listOpenHolds(client: StoreClient, args: { player_id: string }) {
  return toValue(await client.rpc('list_open_holds', args), z.array(openHold));
}
