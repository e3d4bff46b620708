import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuthContext } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { saveIdentity } from './identities.ts';
import { checkPasswordStrength } from './passwords.ts';
import { createSession, type Origin, type SessionView } from './sessions.ts';
import { findUserByEmail, insertUser } from './users.ts';

export const signUpSchema = z.object({
  email: z.string().optional(),
  password: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

const emailSchema = z.email();

/** Registers an e-mail account, confirmed at once because no mail is sent here, and signs it in. */
export async function signUp(
  context: AuthContext,
  body: z.infer<typeof signUpSchema>,
  origin: Origin,
): Promise<SessionView> {
  const { auth } = context.settings.project;
  if (!auth.enable_signup) {
    throw new AuthError(422, 'signup_disabled', 'Signups not allowed for this instance');
  }
  if (!body.email) throw new AuthError(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled');
  if (!body.password) throw new AuthError(400, 'validation_failed', 'Signup requires a valid password');
  const email = parseEmail(body.email);
  checkPasswordStrength(body.password, auth.minimum_password_length);
  if (await findUserByEmail(context.sql, email)) {
    throw new AuthError(422, 'user_already_exists', 'User already registered');
  }
  const hash = await context.passwords.hash(body.password);
  const id = randomUUID();
  const own = { ...body.data, sub: id, email, email_verified: true, phone_verified: false };
  return context.sql.begin(async (sql) => {
    const user = await insertUser(sql, {
      id,
      email,
      encrypted_password: hash,
      is_confirmed: true,
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: own,
    });
    await saveIdentity(sql, { provider: 'email', provider_id: id, user_id: id, identity_data: own });
    return createSession(context, sql, { user, method: 'password', origin });
  });
}

/** Gives the address in lower case, or throws when it is none. */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (!emailSchema.safeParse(email).success) {
    throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format');
  }
  return email;
}
