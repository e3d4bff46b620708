import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { completeOptions } from '../interactions/complete-options.ts';
import { definePlayerOption, type Subcommand } from '../interactions/definition.ts';
import { readText } from '../interactions/options.ts';
import { findNamedPlayer, refuseName } from './find-subject.ts';
import { requireRole } from './require-role.ts';
import { buildStaffProfile } from './staff-profile-message.ts';

/** What staff see about a player. */
export const adminPlayer: Subcommand = {
  path: 'player',
  wording: { en: 'Everything about a player', de: 'Alles über einen Spieler' },
  options: [definePlayerOption('player', { en: 'Which player', de: 'Welcher Spieler' }, true)],
  writes: false,
  complete: completeOptions,
  execute: async (interaction, context) => {
    const typed = readText(interaction.options, 'player') ?? '';
    const attempt = { action: 'read_player', subject_id: null } as const;
    const staff = await requireRole(interaction, 'manager', attempt, context);
    if (!staff.ok) return staff.reply;
    const player_id = await findNamedPlayer(typed, context);
    const [profile, stats, latest] = player_id
      ? await Promise.all([
          getOwnProfile(context.store, { acting_player_id: player_id }),
          getPlayerStats(context.store, { player_id, event_count: 1 }),
          listCreditRequests(context.store, { player_id, max_rows: 3 }),
        ])
      : [];
    if (!profile) return refuseName(typed);
    const view = { profile, standings: stats?.standings ?? [], requests: latest?.requests ?? [] };
    const message = buildStaffProfile({ ...view, webUrl: context.webUrl, locale: interaction.locale });
    return { message, outcome: 'done' };
  },
};
