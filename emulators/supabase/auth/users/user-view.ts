import type { Queryable } from '../auth-context.ts';
import { type Identity, listIdentities } from './identities.ts';
import { isBanned, type User } from './users.ts';

/** A user as the auth API shows it. */
export type UserView = Awaited<ReturnType<typeof viewUser>>;

/** Reads the user's identities and returns the user as the auth API shows it; never the password. */
export async function viewUser(sql: Queryable, user: User) {
  const identities = await listIdentities(sql, user.id);
  return {
    id: user.id,
    aud: user.aud ?? 'authenticated',
    role: user.role ?? 'authenticated',
    email: user.email ?? '',
    email_confirmed_at: toTime(user.email_confirmed_at),
    phone: user.phone ?? '',
    confirmed_at: toTime(user.confirmed_at),
    last_sign_in_at: toTime(user.last_sign_in_at),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: identities.map(viewIdentity),
    created_at: toTime(user.created_at),
    updated_at: toTime(user.updated_at),
    is_anonymous: false,
    ...(isBanned(user) ? { banned_until: toTime(user.banned_until) } : {}),
  };
}

function viewIdentity(identity: Identity) {
  return {
    identity_id: identity.id,
    id: identity.provider_id,
    user_id: identity.user_id,
    identity_data: identity.identity_data,
    provider: identity.provider,
    last_sign_in_at: toTime(identity.last_sign_in_at),
    created_at: toTime(identity.created_at),
    updated_at: toTime(identity.updated_at),
    ...(identity.email === null ? {} : { email: identity.email }),
  };
}

// Omitted from the JSON if unset.
function toTime(text: string | null): string | undefined {
  return text === null ? undefined : new Date(text).toISOString();
}
