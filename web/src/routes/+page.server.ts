import type { Standing } from '#domain/ranking/standing.ts';
import {
  type BoardQuery,
  defaultBoard,
  fitMovement,
  neighboursEachSide,
  pageSize,
  parseBoardQuery,
} from '#lib/board/board-query.ts';
import { findPlayers } from '#lib/server/find-players.ts';
import { getBoardPage } from '#store/leaderboard/get-board-page.ts';
import { getStanding } from '#store/leaderboard/get-standing.ts';
import { listBoards } from '#store/leaderboard/list-boards.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
  const { url, locals, depends } = event;
  depends('app:board');
  const { supabase, claims } = locals;
  const listing = listBoards(supabase);
  const asked = parseBoardQuery(url.searchParams);
  // The board that is opened most has room for every span, and is read without waiting for the list.
  const kind =
    asked.board === defaultBoard ? undefined : (await listing).find((it) => it.slug === asked.board)?.kind;
  const query = { ...asked, movement: fitMovement(asked.movement, kind) };
  const { board, period_id, movement } = query;
  const readOwn = async (): Promise<Standing | null> =>
    claims?.player_id
      ? getStanding(supabase, { board, period_id, movement, player_id: claims.player_id })
      : null;
  const readPage = (own: Standing | null) =>
    getBoardPage(supabase, { board, period_id, movement, ...findPlace(query, own) });
  // Only a page around the viewer has to know the viewer's place first.
  const readOwnAndPage = async () => {
    if (!query.isAroundOwn) return Promise.all([readOwn(), readPage(null)]);
    const own = await readOwn();
    return [own, await readPage(own)] as const;
  };
  const [boards, [own, page], found] = await Promise.all([
    listing,
    readOwnAndPage(),
    query.search ? findPlayers(event, { board, query: query.search, max_rows: 20 }) : null,
  ]);
  return { query, boards, page, own, found, now_ms: Date.now() };
};

function findPlace({ cursor, from_position, isAroundOwn }: BoardQuery, own: Standing | null) {
  if (!isAroundOwn || !own) return { cursor, from_position, max_rows: pageSize };
  const first = Math.max(1, own.position - neighboursEachSide);
  return { from_position: first, max_rows: own.position - first + 1 + neighboursEachSide };
}
