import { neighboursEachSide } from '#domain/leaderboard/neighbours-each-side.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import { getStanding } from '#store/leaderboard/reads/get-standing.ts';
import { getStandingsAround } from '#store/leaderboard/reads/get-standings-around.ts';
import { ifFound } from '#store/leaderboard/reads/if-found.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import type { InteractionContext, Reply } from '../interactions/command.ts';
import { buildLinkInvitation, buildNotice } from '../platform/notice.ts';
import {
  buildLeaderboardMessage,
  buildTopButton,
  movementWindow,
  standingsPerPage,
} from './leaderboard-message.ts';

export interface LeaderboardRequest {
  board: string;
  /** Position of the first row, or "me" for the players around the viewer. */
  from: number | 'me';
}

interface BoardView {
  page: BoardPage | null;
  own: Standing | null;
}

/** One page of a board with the public's permissions, or null if there is no such board. */
export function readLeaderboardPage(
  board: string,
  from: number,
  context: InteractionContext,
): Promise<BoardPage | null> {
  const args = {
    board,
    from_position: Math.max(1, from),
    max_rows: standingsPerPage,
    movement: movementWindow,
  };
  return ifFound(getBoardPage(context.publicStore, args));
}

/** A page and the viewer's position. Anonymous players cannot be found on it by id. */
async function readPage(
  board: string,
  from: number,
  player_id: string | undefined,
  context: InteractionContext,
): Promise<BoardView> {
  const [page, own] = await Promise.all([
    readLeaderboardPage(board, from, context),
    player_id ? ifFound(getStanding(context.store, { board, player_id, movement: null })) : null,
  ]);
  return { page, own };
}

/** The players directly above and below the viewer; without `own` if the viewer is not on the board. */
async function readAround(board: string, player_id: string, context: InteractionContext): Promise<BoardView> {
  const [page, neighbours] = await Promise.all([
    ifFound(getBoardPage(context.publicStore, { board, max_rows: 1 })),
    ifFound(
      getStandingsAround(context.store, {
        board,
        player_id,
        each_side: neighboursEachSide,
        movement: movementWindow,
      }),
    ),
  ]);
  if (!page || !neighbours) return { page, own: null };
  const own = neighbours.find((standing) => standing.player_id === player_id) ?? null;
  return { page: { ...page, standings: neighbours }, own };
}

/** Shows a page of a board to the caller. */
export async function showLeaderboard(
  interaction: { user: { id: string }; locale: string },
  { board, from }: LeaderboardRequest,
  context: InteractionContext,
): Promise<Reply> {
  const viewer = await findLinkedPlayer(interaction, context);
  if (from === 'me' && !viewer)
    return buildLinkInvitation(context.webUrl, { others: [buildTopButton(board)] });
  const { page, own } =
    from === 'me' && viewer
      ? await readAround(board, viewer.player_id, context)
      : await readPage(board, Number(from), viewer?.player_id, context);
  if (!page) {
    const text = 'Pick one of the boards suggested as you type.';
    return { message: buildNotice('Board not found', text), outcome: 'refused' };
  }
  if (from === 'me' && !own) {
    const text = 'You have no points on this board yet. Close a deal and check back.';
    return {
      message: buildNotice('Not on the board yet', text, undefined, buildTopButton(board)),
      outcome: 'refused',
    };
  }
  const view = { page, own, webUrl: context.webUrl, locale: interaction.locale };
  return { message: buildLeaderboardMessage(view), outcome: 'done' };
}
