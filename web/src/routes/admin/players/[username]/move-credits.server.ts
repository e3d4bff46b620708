import type { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { grantCredits } from '#store/credits/movements/grant-credits.ts';
import { holdCreditsManually } from '#store/credits/movements/hold-credits-manually.ts';
import { revokeCredits } from '#store/credits/movements/revoke-credits.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { moveForm } from './player-forms.server.ts';

/**
 * Grants, takes back or holds credits as a filled-in form says, by the rules of each. Without a transfer, a second
 * approver has to agree.
 */
export async function moveCredits(
  client: StoreClient,
  { act, expires_on, ...form }: z.output<typeof moveForm>,
): Promise<Outcome<{ transfer: object | null }>> {
  const args = { ...form, source: 'web' } as const;
  if (act === 'revoke') return revokeCredits(client, args);
  if (act === 'hold') return holdCreditsManually(client, args);
  return grantCredits(client, { ...args, expires_at: expires_on });
}
