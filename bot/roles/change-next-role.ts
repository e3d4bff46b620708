import { describeRoleCause } from '#domain/roles/describe-role-cause.ts';
import { planRoleChanges } from '#store/roles/plan-role-changes.ts';
import { recordRoleResult } from '#store/roles/record-role-result.ts';
import type { BotContext } from '../bot-context.ts';
import { applyRoleChange, type RoleResult } from './apply-role-change.ts';
import type { RoleSyncScope } from './role-sync-scope.ts';

/** The result of one member's change. */
export interface ChangedRole {
  discord_user_id: string;
  state: RoleResult['state'];
}

/**
 * Makes the next due change in a guild; null if nothing is left. It plans and executes in one step, because a
 * change that waits for its turn or a retry may be stale and would give a title a second holder.
 * @param passedOver members whose change was already tried in this run
 * @param isLastAttempt a change that fails again is recorded as failed instead of thrown, so the next one can
 *   proceed
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
    const unreachable = describeRoleCause('discord_unreachable');
    await recordRoleResult(context.store, {
      ...{ guild_id, player_id: change.player_id, discord_user_id },
      confirmed_tier: null,
      ...unreachable,
    });
    return { discord_user_id, state: unreachable.state };
  }
}
