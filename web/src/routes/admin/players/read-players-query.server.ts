import { z } from 'zod';
import { playerRoles, visibilities } from '#domain/identity/vocabulary.ts';
import { readTableQuery } from '#lib/server/table/read-table-query.ts';
import type { listPlayers } from '#store/identity/list-players.ts';

type Listed = Parameters<typeof listPlayers>[1];

const yesOrNo = z
  .enum(['yes', 'no'])
  .transform((answer) => answer === 'yes')
  .optional()
  .catch(undefined);

const filters = z.object({
  q: z.string().max(80).optional().catch(undefined),
  role: z.enum(playerRoles).optional().catch(undefined),
  visibility: z.enum(visibilities).optional().catch(undefined),
  linked: yesOrNo,
  left: yesOrNo,
  ranked: yesOrNo,
});

/** The players that a URL asks for: the same for the page and its download. */
export function readPlayersQuery(url: URL) {
  const query = readTableQuery(url, { sorts: ['name', 'username', 'joined'], filters });
  const { q, role, visibility, linked, left, ranked } = query.filters;
  const args: Listed = {
    query: q,
    role,
    visibility,
    is_linked: linked,
    has_left: left,
    is_ranked: ranked,
    sort_by: query.sort.by,
    is_descending: query.sort.isDescending,
    after: query.after,
  };
  return { sort: query.sort, args };
}
