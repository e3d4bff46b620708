import type { AttemptAction } from '#domain/platform/attempt-actions.ts';
import { countAttempt } from '#store/platform/count-attempt.ts';
import { createServerRoleClient } from './create-server-role-client.ts';

/**
 * Counts an attempt that no database command sees, and returns whether it is allowed. Commands count
 * themselves, for everybody on every surface.
 * @param who the player, or the address of a visitor
 */
export async function isWithinLimit(action: AttemptAction, who: string): Promise<boolean> {
  const { allowed } = await countAttempt(createServerRoleClient(), { action, who });
  return allowed;
}
