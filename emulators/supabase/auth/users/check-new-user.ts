import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuthContext, Queryable } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';
import { runHook } from '../run-hook.ts';
import type { Metadata } from './users.ts';

/** Throws if sign-ups are disabled, or if the project's hook refuses this one. The admin API skips it. */
export async function checkNewUser(
  { settings }: AuthContext,
  sql: Queryable,
  user: { provider: string; email: string | null; metadata: Metadata },
): Promise<void> {
  const { auth } = settings.project;
  if (!auth.enable_signup) {
    throw new AuthError(422, 'signup_disabled', 'Signups not allowed for this instance');
  }
  const hook = auth.hook.before_user_created;
  if (!hook?.enabled) return;
  const event = {
    metadata: { uuid: randomUUID(), time: new Date().toISOString(), name: 'before-user-created' },
    user: {
      id: randomUUID(),
      aud: 'authenticated',
      role: '',
      email: user.email ?? '',
      phone: '',
      app_metadata: { provider: user.provider, providers: [user.provider] },
      user_metadata: user.metadata,
      identities: [],
      is_anonymous: false,
    },
  };
  await runHook(sql, hook.uri, event, z.looseObject({}));
}
