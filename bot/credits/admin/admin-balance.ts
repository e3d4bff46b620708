import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { findNamedPlayer, refuseName } from '../../identity/find-subject.ts';
import { requireRole } from '../../identity/require-role.ts';
import { completeOptions } from '../../interactions/complete-options.ts';
import { definePlayerOption, type Subcommand } from '../../interactions/definition.ts';
import { readText } from '../../interactions/options.ts';
import { accentColors } from '../../platform/message.ts';
import { buildNotice } from '../../platform/notice.ts';
import { showName } from '../../platform/shown-text.ts';
import { formatBalances } from '../request-message.ts';

/** What a player has, and how much of it is on hold. Managers see it, because they decide on requests. */
export const adminBalance: Subcommand = {
  path: 'credits balance',
  wording: { en: 'A player’s credits', de: 'Die Credits eines Spielers' },
  options: [definePlayerOption('player', { en: 'Whose credits', de: 'Wessen Credits' }, true)],
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const typed = readText(interaction.options, 'player') ?? '';
    const attempt = { action: 'read_balance', subject_id: null } as const;
    const staff = await requireRole(interaction, 'manager', attempt, context);
    if (!staff.ok) return staff.reply;
    const player_id = await findNamedPlayer(typed, context);
    const profile = player_id ? await getOwnProfile(context.store, { acting_player_id: player_id }) : null;
    if (!profile) return refuseName(typed);
    const heading = `Credits of ${showName(profile.player.display_name)}`;
    const text = formatBalances(profile.balances, interaction.locale);
    return { message: buildNotice(heading, text, accentColors.brand), outcome: 'done' };
  },
};
