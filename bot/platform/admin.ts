import { adminBalance } from '../credits/admin-balance.ts';
import { adminDecisions } from '../credits/admin-decisions.ts';
import { adminGrant } from '../credits/admin-grant.ts';
import { adminList } from '../credits/admin-list.ts';
import { adminBulk } from '../credits/bulk/open-bulk.ts';
import { adminPlayer } from '../identity/admin-player.ts';
import { defineStaffCommand } from '../interactions/definition.ts';

/** What staff do in Discord. Each subcommand checks the role that it needs. */
export const admin = defineStaffCommand(
  'admin',
  { en: 'For the staff', de: 'Für das Team' },
  {
    credits: { en: 'Grant and see credits', de: 'Credits vergeben und einsehen' },
    requests: { en: 'Decide on credit requests', de: 'Über Credit-Anfragen entscheiden' },
  },
  [adminGrant, adminBalance, adminList, ...adminDecisions, adminBulk, adminPlayer],
);
