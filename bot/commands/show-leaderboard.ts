import type { BoardPage } from '#domain/ranking/standing.ts';
import { getBoardPage } from '#store/leaderboard/get-board-page.ts';
import { getStanding } from '#store/leaderboard/get-standing.ts';
import type { BotContext, Reply } from '../command.ts';
import { findLinkedPlayer } from '../linked-player.ts';
import { buildLeaderboardMessage, standingsPerPage } from '../messages/leaderboard-message.ts';
import { buildLinkInvitation, buildNotice } from '../messages/notice.ts';

export const defaultBoard = 'all-time';

export interface LeaderboardRequest {
  board: string;
  /** Position of the first row, or "me" for the page that the viewer stands on. */
  from: number | 'me';
}

/** Pages start at 1, 11, 21 … wherever a position lies. */
export function toPageStart(position: number): number {
  return Math.floor((Math.max(1, position) - 1) / standingsPerPage) * standingsPerPage + 1;
}

/** One page of a board, or null when there is no such board. */
export function readLeaderboardPage(
  board: string,
  from: number,
  context: BotContext,
): Promise<BoardPage | null> {
  const args = { board, from_position: Math.max(1, from), limit: standingsPerPage, movement: 'day' as const };
  return getBoardPage(context.publicStore, args);
}

/** Shows a page of a board to the person who asked. */
export async function showLeaderboard(
  interaction: { user: { id: string }; locale: string },
  request: LeaderboardRequest,
  context: BotContext,
): Promise<Reply> {
  const viewer = await findLinkedPlayer(interaction, context);
  let from = request.from;
  if (from === 'me') {
    if (!viewer) return buildLinkInvitation(context.webUrl);
    const standing = await getStanding(context.store, { board: request.board, player_id: viewer.player_id });
    if (!standing) {
      const text = 'You have no points on this board yet. Close a deal and look again.';
      return { message: buildNotice('Not on the board yet', text), outcome: 'refused' };
    }
    from = toPageStart(standing.position);
  }
  const page = await readLeaderboardPage(request.board, from, context);
  if (!page) {
    const text = 'Choose one of the boards that are suggested while you type.';
    return { message: buildNotice('There is no such board', text), outcome: 'refused' };
  }
  const view = {
    page,
    viewerPlayerId: viewer?.player_id ?? null,
    webUrl: context.webUrl,
    locale: interaction.locale,
  };
  return { message: buildLeaderboardMessage(view), outcome: 'done' };
}
