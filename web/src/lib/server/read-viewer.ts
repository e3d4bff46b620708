import type { Viewer } from '#lib/players/viewer.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';

/** The signed-in player as the database knows them now; null for a visitor or an account without a player. */
export async function readViewer({ supabase, claims }: App.Locals): Promise<Viewer | null> {
  if (!claims) return null;
  const profile = await getOwnProfile(supabase);
  if (!profile) return null;
  const { id, username, display_name, avatar_url, role, time_zone } = profile.player;
  return { player_id: id, username, display_name, avatar_url, role, time_zone };
}
