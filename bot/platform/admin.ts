import { adminBalance } from '../credits/admin/admin-balance.ts';
import { adminDecisions } from '../credits/admin/admin-decisions.ts';
import { adminGrant } from '../credits/admin/admin-grant.ts';
import { adminList } from '../credits/admin/admin-list.ts';
import { adminRevoke } from '../credits/admin/admin-revoke.ts';
import { adminBulk } from '../credits/bulk/open-bulk.ts';
import { adminPlayer } from '../identity/admin-player.ts';
import { defineStaffCommand } from '../interactions/definition.ts';

/** What staff do in Discord. Each subcommand checks the role that it needs. */
export const admin = defineStaffCommand(
  'admin',
  { en: 'For the staff', de: 'Für das Team' },
  {
    credits: { en: 'Grant, take back and see credits', de: 'Credits vergeben, entziehen und einsehen' },
    requests: { en: 'Decide on credit requests', de: 'Über Credit-Anfragen entscheiden' },
  },
  [adminGrant, adminRevoke, adminBalance, adminList, ...adminDecisions, adminBulk, adminPlayer],
);
