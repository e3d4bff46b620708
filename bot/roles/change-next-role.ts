import { planRoleChanges } from '#store/roles/plan-role-changes.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../interactions/command.ts';
import { applyRoleChange, type RoleResult } from './apply-role-change.ts';
import type { RoleSyncScope } from './role-sync-scope.ts';

/** What became of the change of one member. */
export interface ChangedRole {
  discord_user_id: string;
  state: RoleResult['state'];
}

/**
 * Makes the one change that is due first in a guild; null when nothing is left. Planned and made in one go: a change
 * that waited for its turn or its retry may no longer be wanted, and would give a title a second holder.
 * @param passedOver members whose change was tried and is not to be tried again now
 * @param isLastAttempt a change that fails once more is recorded as failed instead of thrown, so that the next goes on
 */
export async function changeNextRole(
  context: BotContext,
  guild_id: string,
  options: RoleSyncScope & { passedOver: readonly string[]; isLastAttempt: boolean },
): Promise<ChangedRole | null> {
  const { player_id, include_waiting, passedOver, isLastAttempt } = options;
  const plan = await planRoleChanges(context.store, { guild_id, player_id, include_waiting });
  const change = plan.find(({ discord_user_id }) => !passedOver.includes(discord_user_id));
  if (!change) return null;
  const { discord_user_id } = change;
  try {
    const { state } = await applyRoleChange(context, guild_id, change);
    return { discord_user_id, state };
  } catch (error) {
    if (!isLastAttempt) throw error;
    await recordRoleResult(context.store, {
      ...{ guild_id, player_id: change.player_id, discord_user_id },
      state: 'failed',
      confirmed_tier: null,
      cause_code: 'discord_unreachable',
      cause: 'Discord did not take the change: it is tried again within the hour.',
    });
    return { discord_user_id, state: 'failed' };
  }
}
