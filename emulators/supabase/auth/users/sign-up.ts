import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { createSession, type Origin, type SessionView } from '../sessions/sessions.ts';
import { checkNewUser } from './check-new-user.ts';
import { saveIdentity } from './identities.ts';
import { checkPasswordStrength } from './passwords.ts';
import { type UserView, viewUser } from './user-view.ts';
import { findUserByEmail, insertUser, type Metadata } from './users.ts';

export const signUpSchema = z.object({
  email: z.string().optional(),
  password: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

const emailSchema = z.email();

/**
 * Registers an e-mail account. If addresses need no confirmation, it is signed in; otherwise it can be used
 * once an admin has confirmed it, because no mail is sent here. Neither the response nor its timing reveals
 * whether an address is already known.
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

/** The response for an existing address, equal to that of a sign-up with a new one. */
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

/** The address in lower case; throws if it is invalid. */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (!emailSchema.safeParse(email).success) {
    throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format');
  }
  return email;
}
