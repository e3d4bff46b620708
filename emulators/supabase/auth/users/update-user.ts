import { z } from 'zod';
import { log } from '../../../process/log.ts';
import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import type { SignedIn } from '../sessions/require-user.ts';
import { endSessions } from '../sessions/sessions.ts';
import { checkPasswordStrength } from './passwords.ts';
import { parseEmail } from './sign-up.ts';
import { type UserView, viewUser } from './user-view.ts';
import { findUser, mergeMetadata } from './users.ts';

export const updateUserSchema = z.object({
  email: z.string().nullish(),
  password: z.string().nullish(),
  current_password: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

const recentMs = 24 * 60 * 60 * 1000;

/**
 * Changes the signed-in user's own password or metadata. A new password ends the other sessions. Changing the
 * address would require mails, which are not sent here; the admin API can change it.
 */
export async function updateUser(
  context: AuthContext,
  signedIn: SignedIn,
  body: z.infer<typeof updateUserSchema>,
): Promise<UserView> {
  const { user, sessionId } = signedIn;
  if (body.email && parseEmail(body.email) !== user.email) {
    log('error', 'A change of address was asked for, which the embedded auth API sends no mail for.');
    throw new AuthError(501, 'not_implemented', 'The embedded auth API sends no mail: use the admin API');
  }
  const hash = body.password ? await hashNewPassword(context, signedIn, body) : null;
  return context.sql.begin(async (sql) => {
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
  { user, sessionId }: SignedIn,
  body: z.infer<typeof updateUserSchema>,
): Promise<string> {
  const { auth } = context.settings.project;
  const { encrypted_password: currentHash } = user;
  const password = body.password ?? '';
  checkPasswordStrength(password, auth.minimum_password_length);
  if (auth.email.secure_password_change && !(await isRecent(context, sessionId))) {
    throw new AuthError(400, 'reauthentication_needed', 'Password update requires reauthentication');
  }
  if (auth.email.require_current_password && currentHash !== null) {
    const current = body.current_password ?? '';
    const isRight = await context.passwords.matches(current, currentHash);
    if (!isRight) {
      const code = current === '' ? 'current_password_required' : 'current_password_mismatch';
      throw new AuthError(400, code, 'Current password required when setting new password.');
    }
  }
  if (currentHash !== null && (await context.passwords.matches(password, currentHash))) {
    throw new AuthError(422, 'same_password', 'New password should be different from the old password.');
  }
  return context.passwords.hash(password);
}

async function isRecent(context: AuthContext, sessionId: string | null): Promise<boolean> {
  const [session] = await context.sql<{ created_at: string }[]>`
    select created_at from auth.sessions where id = ${sessionId}`;
  return session !== undefined && Date.now() - Date.parse(session.created_at) <= recentMs;
}
