import { requireRole } from '../../identity/require-role.ts';
import type { Subcommand } from '../../interactions/definition.ts';
import { listWaitingRequests } from '../list-waiting-requests.ts';
import { buildWaitingList } from '../waiting-message.ts';

/** Lists the requests that wait for a decision. */
export const adminList: Subcommand = {
  path: 'requests list',
  wording: { en: 'Requests that wait for a decision', de: 'Anfragen, die auf eine Entscheidung warten' },
  options: [],
  writes: false,
  execute: async (interaction, context) => {
    const attempt = { action: 'list_requests', subject_id: null } as const;
    const staff = await requireRole(interaction, 'manager', attempt, context);
    if (!staff.ok) return staff.reply;
    const message = buildWaitingList(await listWaitingRequests(context), context.webUrl);
    return { message, outcome: 'done' };
  },
};
