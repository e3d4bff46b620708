import { requireRole } from '../../identity/require-role.ts';
import type { InteractionContext, Reply } from '../../interactions/command.ts';
import type { Subcommand } from '../../interactions/definition.ts';
import { listWaitingRequests } from '../list-waiting-requests.ts';
import { buildBulkPick } from './bulk-message.ts';

/** Offers the requests that wait, to one manager alone. */
export async function openBulk(
  interaction: { id: string; user: { id: string } },
  context: InteractionContext,
): Promise<Reply> {
  const attempt = { action: 'bulk_decide_requests', subject_id: null } as const;
  const staff = await requireRole(interaction, 'manager', attempt, context);
  if (!staff.ok) return staff.reply;
  const message = buildBulkPick(await listWaitingRequests(context), context.webUrl);
  return { message, outcome: 'done' };
}

/** The same as the button of the summary. */
export const adminBulk: Subcommand = {
  path: 'requests bulk',
  wording: { en: 'Decide on several requests at once', de: 'Über mehrere Anfragen auf einmal entscheiden' },
  options: [],
  writes: false,
  execute: openBulk,
};
