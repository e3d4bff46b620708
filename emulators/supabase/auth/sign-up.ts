import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuthContext } from './auth-context.ts';
import { AuthError } from './auth-error.ts';
import { checkNewUser } from './check-new-user.ts';
import { saveIdentity } from './identities.ts';
import { checkPasswordStrength } from './passwords.ts';
import { createSession, type Origin, type SessionView } from './sessions.ts';
import { type UserView, viewUser } from './user-view.ts';
import { findUserByEmail, insertUser, type Metadata } from './users.ts';

export const signUpSchema = z.object({
  email: z.string().optional(),
  password: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

const emailSchema = z.email();

/**
 * Registers an e-mail account. Where addresses need no confirmation it is signed in; where they do, it can be used once
 * somebody has confirmed it with the admin API, because no mail is sent here. Whether an address is known already is
 * told neither by the answer nor by the time it takes.
 */
export async function signUp(
  context: AuthContext,
  body: z.infer<typeof signUpSchema>,
  origin: Origin,
): Promise<SessionView | UserView> {
  const { auth } = context.settings.project;
  if (!body.email) throw new AuthError(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled');
  if (!auth.email.enabled) throw new AuthError(400, 'email_provider_disabled', 'Email signups are disabled');
  if (!body.password) throw new AuthError(400, 'validation_failed', 'Signup requires a valid password');
  const email = parseEmail(body.email);
  checkPasswordStrength(body.password, auth.minimum_password_length);
  await context.sql.begin((sql) =>
    checkNewUser(context, sql, { provider: 'email', email, metadata: body.data ?? {} }),
  );
  const encrypted_password = await context.passwords.hash(body.password);
  const isKnown = (await findUserByEmail(context.sql, email)) !== null;
  const isConfirmed = !auth.email.enable_confirmations;
  if (isKnown && isConfirmed) throw new AuthError(422, 'user_already_exists', 'User already registered');
  if (isKnown) return composeUnknownUser(email, body.data ?? {});
  const id = randomUUID();
  const own = { ...body.data, sub: id, email, email_verified: isConfirmed, phone_verified: false };
  return context.sql.begin(async (sql) => {
    const user = await insertUser(sql, {
      id,
      email,
      encrypted_password,
      is_confirmed: isConfirmed,
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: own,
    });
    await saveIdentity(sql, { provider: 'email', provider_id: id, user_id: id, identity_data: own });
    return isConfirmed
      ? createSession(context, sql, { user, method: 'password', origin })
      : viewUser(sql, user);
  });
}

/** What a sign-up with a new address is answered with, for one that has an account. */
function composeUnknownUser(email: string, metadata: Metadata): UserView {
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    aud: 'authenticated',
    role: 'authenticated',
    email,
    email_confirmed_at: undefined,
    phone: '',
    confirmed_at: undefined,
    last_sign_in_at: undefined,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: metadata,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}

/** Gives the address in lower case, or throws when it is none. */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (!emailSchema.safeParse(email).success) {
    throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format');
  }
  return email;
}
