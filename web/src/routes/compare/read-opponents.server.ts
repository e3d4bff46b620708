import type { Standing } from '#domain/leaderboard/standing.ts';
import type { Viewer } from '#lib/identity/viewer.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import { getStanding } from '#store/leaderboard/reads/get-standing.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { Opponent } from './comparison.ts';
import { listOpponents } from './list-opponents.ts';

const leaderCount = 3;

/** The compare page's suggestions for a board, while fewer than two players are chosen. */
export async function readOpponents(
  supabase: StoreClient,
  choice: { board: string; viewer: Viewer | null; chosen: readonly string[]; recent: readonly string[] },
): Promise<Opponent[]> {
  const { board, viewer, chosen, recent } = choice;
  const readNeighbours = async (): Promise<{ own: Standing | null; neighbours: readonly Standing[] }> => {
    const own =
      viewer &&
      (await ifFound(getStanding(supabase, { board, player_id: viewer.player_id, movement: null })));
    if (!own) return { own: null, neighbours: [] };
    const from_position = Math.max(1, own.position - 1);
    const page = await getBoardPage(supabase, {
      board,
      from_position,
      max_rows: own.position - from_position + 2,
    });
    return { own, neighbours: page.standings };
  };
  const [leading, around] = await Promise.all([
    ifFound(getBoardPage(supabase, { board, max_rows: leaderCount })),
    readNeighbours(),
  ]);
  return listOpponents({ leaders: leading?.standings ?? [], ...around, recent, viewer, chosen });
}
