import { z } from 'zod';
import type { RefusableAction } from '#domain/platform/refusable-actions.ts';
import type { Refusal } from '#domain/platform/refusal.ts';
import { recordRefusedAttempt } from '#store/platform/record-refused-attempt.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildRefusal } from './notice.ts';

/** What somebody tried to do, and to whom or what. */
export interface Attempt {
  action: RefusableAction;
  /** The player or request; null if it is about several, or about none that exists. */
  subject_id: string | null;
}

/** Somebody who used a command or a button. */
interface Actor {
  id: string;
  user: { id: string };
}

/**
 * Notes that somebody without the right tried something. A refusal rolls back what its transaction wrote, so this is a
 * command of its own; it is kept once per interaction.
 */
async function noteAttempt(
  interaction: Actor,
  attempt: Attempt,
  { code, playerId }: { code: string; playerId?: string },
  context: InteractionContext,
): Promise<void> {
  await recordRefusedAttempt(context.store, {
    action: attempt.action,
    // A button may carry anything.
    subject_id: z.uuid().safeParse(attempt.subject_id).data,
    refusal: code,
    discord_user_id: interaction.user.id,
    acting_player_id: playerId,
    idempotency_key: `discord:${interaction.id}`,
    source: 'discord',
  });
}

/** Answers somebody whose Discord account is linked to no player, and notes the attempt. */
export async function refuseUnlinked(
  interaction: Actor,
  attempt: Attempt,
  context: InteractionContext,
): Promise<Reply> {
  await noteAttempt(interaction, attempt, { code: 'not_linked' }, context);
  return buildLinkInvitation(context.webUrl);
}

/** Answers a refusal, and notes it if the person had no right to try. */
export async function refuseAttempt(
  interaction: Actor,
  attempt: Attempt,
  { refusal, playerId }: { refusal: Refusal; playerId: string },
  context: InteractionContext,
): Promise<Reply> {
  if (refusal.status === 403) {
    await noteAttempt(interaction, attempt, { code: refusal.code, playerId }, context);
  }
  return buildRefusal(refusal, interaction.id);
}
