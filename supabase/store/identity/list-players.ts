import { z } from 'zod';
import { type PlayerRole, playerRoles, type Visibility, visibilities } from '#domain/identity/vocabulary.ts';
import { toValue } from '../outcome.ts';
import type { StoreClient } from '../store-client.ts';

const directoryRow = z.object({
  player_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  role: z.enum(playerRoles),
  visibility: z.enum(visibilities),
  is_ranked: z.boolean(),
  left_at: z.string().nullable(),
  created_at: z.string(),
  has_account: z.boolean(),
  linked_at: z.string().nullable(),
  discord_username: z.string().nullable(),
});

/** One player as the directory lists them. */
export type DirectoryRow = z.output<typeof directoryRow>;

const page = z.object({ rows: z.array(directoryRow), next_cursor: z.string().nullable() });

/** A page of all players who match the filters. Refused: manager_only, sort_unknown, cursor_invalid. */
export async function listPlayers(
  client: StoreClient,
  args: {
    query?: string;
    role?: PlayerRole;
    visibility?: Visibility;
    is_linked?: boolean;
    has_left?: boolean;
    is_ranked?: boolean;
    sort_by?: string;
    is_descending?: boolean;
    after?: string;
    max_rows?: number;
  },
) {
  return toValue(await client.rpc('list_players', args), page);
}
