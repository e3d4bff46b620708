import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import type { Component } from '../interactions/command.ts';
import { showLeaderboard } from './show-leaderboard.ts';

/** Prev, Next and Around me. On a shared message, the person who clicks gets a private answer. */
export const leaderboardPage: Component = {
  action: 'lb',
  writes: false,
  delivery: 'update',
  execute: ({ user, locale }, [board = defaultBoard, from = '1'], context) => {
    const position = Number(from);
    const target = from === 'me' || !Number.isSafeInteger(position) ? 'me' : position;
    return showLeaderboard({ user, locale }, { board, from: target }, context);
  },
};
