import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { actions } from '../interactions/custom-id.ts';
import { defineExecution } from '../interactions/define-component.ts';
import { buildNotice } from '../platform/notice.ts';
import { buildSharedLeaderboardMessage } from './leaderboard-message.ts';
import { readLeaderboardPage } from './show-leaderboard.ts';

/** Posts the page that its owner sees for everyone in the channel. */
export const leaderboardShare = defineExecution(actions.shareBoardPage, {
  writes: false,
  delivery: 'share',
  execute: async ({ user, locale }, read, context) => {
    const board = read('board') ?? defaultBoard;
    const page = await readLeaderboardPage(board, Number(read('from')) || 1, context);
    if (!page) {
      return {
        message: buildNotice('This board no longer exists', 'Run `/leaderboard` to see the others.'),
        outcome: 'refused',
      };
    }
    const view = { page, own: null, webUrl: context.webUrl, locale };
    return { message: buildSharedLeaderboardMessage(view, user.username), outcome: 'done' };
  },
});
