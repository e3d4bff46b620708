import { createClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import type { ProvidedStack } from '#dev/tests/provide-test-stack.ts';

/** A test account, so failures affect nobody else. */
export interface FuzzPlayer {
  role: 'player' | 'manager';
  player_id: string;
  session: { access_token: string; refresh_token: string; expires_at?: number };
}

const password = 'fuzz-only-password';

/** A separate player and manager, signed in. Created once per stack. */
export async function makeFuzzPlayers(stack: ProvidedStack): Promise<FuzzPlayer[]> {
  return await Promise.all((['player', 'manager'] as const).map((role) => makeFuzzPlayer(stack, role)));
}

async function makeFuzzPlayer(stack: ProvidedStack, role: FuzzPlayer['role']): Promise<FuzzPlayer> {
  const {
    SUPABASE_URL = '',
    SUPABASE_SECRET_KEY = '',
    PUBLIC_SUPABASE_PUBLISHABLE_KEY = '',
  } = stack.environment;
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const email = `fuzz-${role}@dealscale.local`;
  const admin = createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, options);
  // It already exists if another file created it.
  await admin.auth.admin.createUser({ email, password, email_confirm: true });
  const signIn = () =>
    createClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, options).auth.signInWithPassword({
      email,
      password,
    });
  const first = await signIn();
  if (!first.data.session) throw new Error(`${email} cannot sign in.`, { cause: first.error });
  const sql = postgres(stack.superuserUrl, { max: 1, onnotice: () => {} });
  const [profile] = await sql<{ id: string }[]>`
    update public.profiles set role = ${role}, visibility = 'hidden'
    where user_id = ${first.data.session.user.id} returning id`;
  await sql.end();
  if (!profile) throw new Error(`${email} has no player.`);
  // The token contains the role at the time it was issued.
  const { data, error } = await signIn();
  if (!data.session) throw new Error(`${email} cannot sign in.`, { cause: error });
  return { role, player_id: profile.id, session: data.session };
}
