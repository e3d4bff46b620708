import type { Viewer } from '#lib/identity/viewer.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import { getRequestEvent } from '$app/server';
import { isAway } from './open-session.ts';

const readProfiles = new WeakMap<App.Locals, Promise<OwnProfile | null>>();

/**
 * The signed-in person's own profile as the database knows it now; null for a visitor or an account without a player.
 * Layout, guard and page of one view share a single read. A request that may change something reads each time: what is
 * shown after an act is what the act has left.
 */
export function readOwnProfile(locals: App.Locals): Promise<OwnProfile | null> {
  if (!locals.claims) return Promise.resolve(null);
  const { method } = getRequestEvent().request;
  if (method !== 'GET' && method !== 'HEAD') return readProfile(locals);
  const known = readProfiles.get(locals);
  if (known) return known;
  const reading = readProfile(locals);
  readProfiles.set(locals, reading);
  return reading;
}

/** Notes when nobody is found because the session has ended: only Auth tells that from an account without a player. */
async function readProfile(locals: App.Locals): Promise<OwnProfile | null> {
  const profile = await getOwnProfile(locals.supabase);
  if (profile) return profile;
  const { error } = await locals.supabase.auth.getUser();
  if (error && !isAway(error)) locals.is_session_refused = true;
  return null;
}

/** The signed-in player as the header knows them; null for a visitor or an account without a player. */
export async function readViewer(locals: App.Locals): Promise<Viewer | null> {
  const profile = await readOwnProfile(locals);
  if (!profile) return null;
  const { id, username, display_name, avatar_url, role, time_zone } = profile.player;
  return { player_id: id, username, display_name, avatar_url, role, time_zone };
}
