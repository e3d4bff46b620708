import type { PlayerRole } from '#domain/identity/vocabulary.ts';

/** The person looking at the page, as the header knows them. */
export interface Viewer {
  player_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  role: PlayerRole;
  time_zone: string;
}
