import type { Viewer } from '#lib/identity/viewer.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import { isAuthAway } from './is-auth-away.ts';

/**
 * The signed-in person's own profile as the database knows it; null for a visitor or an account without a player.
 * Layout, guard and page of one request share a single read.
 */
export function readOwnProfile(locals: App.Locals): Promise<OwnProfile | null> {
  locals.own_profile ??= locals.claims ? readProfile(locals) : Promise.resolve(null);
  return locals.own_profile;
}

/** Call it after a change, so the same request shows the new state. */
export function forgetOwnProfile(locals: App.Locals): void {
  locals.own_profile = undefined;
}

/**
 * Records that nobody was found because the session has ended; only Auth can tell that from an account
 * without a player.
 */
async function readProfile(locals: App.Locals): Promise<OwnProfile | null> {
  const profile = await getOwnProfile(locals.supabase);
  if (profile) return profile;
  const { error } = await locals.supabase.auth.getUser();
  if (error && !isAuthAway(error)) locals.is_session_refused = true;
  return null;
}

/** The signed-in player as the header shows them; null for a visitor or an account without a player. */
export async function readViewer(locals: App.Locals): Promise<Viewer | null> {
  const profile = await readOwnProfile(locals);
  if (!profile) return null;
  const { id, username, display_name, avatar_url, role, time_zone } = profile.player;
  return { player_id: id, username, display_name, avatar_url, role, time_zone };
}
