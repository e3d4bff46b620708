import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

const recipientSchema = z.object({
  player_id: z.string(),
  display_name: z.string(),
  discord_user_id: z.string(),
});

export type EscalationRecipient = z.output<typeof recipientSchema>;

/** Who can be told in Discord that an open request was escalated to them, and may decide it. For the service. */
export async function listEscalationRecipients(
  client: StoreClient,
  args: { request_id: string },
): Promise<EscalationRecipient[]> {
  return toValue(await client.rpc('list_escalation_recipients', args), z.array(recipientSchema));
}
