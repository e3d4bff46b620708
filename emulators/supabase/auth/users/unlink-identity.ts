import { z } from 'zod';
import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { listIdentities, updateProviders } from './identities.ts';
import type { User } from './users.ts';

/** Removes one way to sign in from the user's own account; the last one cannot be removed. */
export async function unlinkIdentity(context: AuthContext, user: User, identityId: string): Promise<void> {
  if (!context.settings.project.auth.enable_manual_linking) {
    throw new AuthError(404, 'manual_linking_disabled', 'Manual linking is disabled');
  }
  if (!z.uuid().safeParse(identityId).success) {
    throw new AuthError(404, 'validation_failed', 'identity_id must be an UUID');
  }
  await context.sql.begin(async (sql) => {
    // Locked, so two requests cannot each remove what the other one leaves.
    await sql`select 1 from auth.users where id = ${user.id} for update`;
    const identities = await listIdentities(sql, user.id);
    if (identities.length <= 1) {
      throw new AuthError(
        422,
        'single_identity_not_deletable',
        'User must have at least 1 identity after unlinking',
      );
    }
    if (!identities.some((identity) => identity.id === identityId)) {
      throw new AuthError(422, 'identity_not_found', "Identity doesn't exist");
    }
    await sql`delete from auth.identities where id = ${identityId} and user_id = ${user.id}`;
    await updateProviders(sql, user.id);
  });
}
