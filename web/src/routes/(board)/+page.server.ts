import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { neighboursEachSide } from '#domain/leaderboard/neighbours-each-side.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { type BoardQuery, fitMovement, pageSize, parseBoardQuery } from '#lib/leaderboard/board-query.ts';
import { findPlayers } from '#lib/server/find-players.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import { getStandingsAround } from '#store/leaderboard/reads/get-standings-around.ts';
import type { PageServerLoad } from './$types.js';
import { pointRulesOf, readPointRules } from './read-point-rules.server.ts';

export const load: PageServerLoad = async (event) => {
  const { url, locals, depends } = event;
  depends('app:board');
  const { supabase, claims } = locals;
  const listing = listBoards(supabase);
  const asked = parseBoardQuery(url.searchParams);
  // The default board supports every window, so it is read without waiting for the list.
  const kind =
    asked.board === defaultBoard ? undefined : (await listing).find((it) => it.slug === asked.board)?.kind;
  const query = { ...asked, movement: fitMovement(asked.movement, kind) };
  const { board, period_id, movement } = query;
  const now_ms = Date.now();
  const player_id = claims?.player_id;
  /**
   * The viewer between the nearest players above and below; the gaps are shown wherever the viewer stands.
   */
  const readAround = async (): Promise<Standing[]> =>
    (player_id &&
      (await getStandingsAround(supabase, { board, period_id, movement, player_id, each_side: 1 }))) ||
    [];
  const findOwn = (around: readonly Standing[]): Standing | null =>
    around.find((standing) => standing.player_id === player_id) ?? null;
  const readPage = (own: Standing | null) =>
    getBoardPage(supabase, { board, period_id, movement, ...findPlace(query, own) });
  // Only a page around the viewer needs the viewer's position first.
  const readAroundAndPage = async () => {
    if (!query.isAroundOwn) return Promise.all([readAround(), readPage(null)]);
    const around = await readAround();
    return [around, await readPage(findOwn(around))] as const;
  };
  const [boards, rules, [around, page], found] = await Promise.all([
    listing,
    readPointRules(supabase, now_ms),
    readAroundAndPage(),
    query.search ? findPlayers(event, { board, query: query.search, max_rows: 20 }) : null,
  ]);
  const own = findOwn(around);
  return { query, boards, page, own, around, found, rules: pointRulesOf(page.board, rules), now_ms };
};

function findPlace({ cursor, from_position, isAroundOwn }: BoardQuery, own: Standing | null) {
  if (!isAroundOwn || !own) return { cursor, from_position, max_rows: pageSize };
  const first = Math.max(1, own.position - neighboursEachSide);
  return { from_position: first, max_rows: own.position - first + 1 + neighboursEachSide };
}
