import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { actions } from '../interactions/custom-id.ts';
import { defineExecution } from '../interactions/define-component.ts';
import { showLeaderboard } from './show-leaderboard.ts';

/** Prev, Next and Around me. On a shared message, the person who clicks gets a private answer. */
export const leaderboardPage = defineExecution(actions.turnBoardPage, {
  writes: false,
  delivery: 'update',
  execute: ({ user, locale }, read, context) => {
    const board = read('board') ?? defaultBoard;
    const from = read('from') ?? '1';
    const position = Number(from);
    const target = from === 'me' || !Number.isSafeInteger(position) ? 'me' : position;
    return showLeaderboard({ user, locale }, { board, from: target }, context);
  },
});
