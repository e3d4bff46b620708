import { includesRole } from '#domain/identity/includes-role.ts';
import type { PlayerRole } from '#domain/identity/vocabulary.ts';
import type { Refusal } from '#domain/platform/refusal.ts';
import type { LinkedPlayer } from '#store/identity/find-player-by-discord.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { type Attempt, refuseAttempt, refuseUnlinked } from '../platform/refuse-attempt.ts';
import { findLinkedPlayer } from './linked-player.ts';

type StaffRole = Exclude<PlayerRole, 'player'>;

const refusals: Record<StaffRole, Refusal> = {
  manager: {
    code: 'manager_only',
    message: 'You need the manager role for this.',
    action: 'Ask a manager to do it, or an admin to give you the role.',
    status: 403,
  },
  admin: {
    code: 'admin_only',
    message: 'You need the admin role for this.',
    action: 'Ask an admin to do it.',
    status: 403,
  },
};

export type StaffMember = { ok: true; player: LinkedPlayer } | { ok: false; reply: Reply };

/** Whether the player has the role at this moment. Players who left keep none. */
export function hasRole(player: Pick<LinkedPlayer, 'role' | 'left_at'>, role: StaffRole): boolean {
  return player.left_at === null && includesRole(player.role, role);
}

/**
 * The linked player, whose role is checked at this moment: what Discord hides or shows proves nothing. Otherwise the
 * answer that states what is missing; the attempt is noted in the audit log.
 */
export async function requireRole(
  interaction: { id: string; user: { id: string } },
  role: StaffRole,
  attempt: Attempt,
  context: InteractionContext,
): Promise<StaffMember> {
  const player = await findLinkedPlayer(interaction, context);
  if (!player) return { ok: false, reply: await refuseUnlinked(interaction, attempt, context) };
  if (hasRole(player, role)) return { ok: true, player };
  const refused = { refusal: refusals[role], playerId: player.player_id };
  return { ok: false, reply: await refuseAttempt(interaction, attempt, refused, context) };
}
