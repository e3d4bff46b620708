import { z } from 'zod';
import type { AuthContext } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { checkPasswordStrength } from './passwords.ts';
import type { SignedIn } from './require-user.ts';
import { endSessions } from './sessions.ts';
import { parseEmail } from './sign-up.ts';
import { type UserView, viewUser } from './user-view.ts';
import { findUser, findUserByEmail, mergeMetadata } from './users.ts';

export const updateUserSchema = z.object({
  email: z.string().nullish(),
  password: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

/** Changes the signed-in user's own e-mail address, password or metadata. A new password ends the other sessions. */
export async function updateUser(
  context: AuthContext,
  { user, sessionId }: SignedIn,
  body: z.infer<typeof updateUserSchema>,
): Promise<UserView> {
  const email = body.email ? parseEmail(body.email) : null;
  const hash = body.password ? await hashNewPassword(context, body.password, user.encrypted_password) : null;
  return context.sql.begin(async (sql) => {
    if (email !== null && email !== user.email) {
      const owner = await findUserByEmail(sql, email);
      if (owner && owner.id !== user.id) {
        throw new AuthError(
          422,
          'email_exists',
          'A user with this email address has already been registered',
        );
      }
      await sql`
        update auth.users set email = ${email}, email_confirmed_at = now(), updated_at = now()
        where id = ${user.id}`;
      await sql`
        update auth.identities set
          identity_data = identity_data || ${sql.json({ email, email_verified: true })},
          updated_at = now()
        where user_id = ${user.id} and provider = 'email'`;
    }
    if (hash !== null) {
      await sql`update auth.users set encrypted_password = ${hash}, updated_at = now() where id = ${user.id}`;
      await endSessions(sql, { userId: user.id, sessionId, scope: 'others' });
    }
    await mergeMetadata(sql, user.id, { user_metadata: body.data ?? {} });
    const updated = await findUser(sql, user.id);
    if (!updated) throw new AuthError(404, 'user_not_found', 'User not found');
    return viewUser(sql, updated);
  });
}

async function hashNewPassword(
  context: AuthContext,
  password: string,
  currentHash: string | null,
): Promise<string> {
  checkPasswordStrength(password, context.settings.project.auth.minimum_password_length);
  if (currentHash !== null && (await context.passwords.matches(password, currentHash))) {
    throw new AuthError(422, 'same_password', 'New password should be different from the old password.');
  }
  return context.passwords.hash(password);
}
