import { expect, test } from 'vitest';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import { buildProfileMessage } from './profile-message.ts';

const view = { username: '_'.repeat(32), balances: null, webUrl: 'http://web', locale: 'en-US' };
const standing = makeStanding(1_000_000, {
  score: Number.MAX_SAFE_INTEGER,
  movement: -999_999,
  tier: 'champion',
});

test.each(['*', '😀', '#'])(
  'many boards with the longest names, of %s, stay within the limits',
  (character) => {
    const name = character.repeat(80);
    const standings = Array.from({ length: 60 }, () => ({ name, standing }));
    const most = { available: Number.MAX_SAFE_INTEGER, held: Number.MAX_SAFE_INTEGER };
    const balances = { ai: most, lead: most };
    const message = buildProfileMessage({ ...view, display_name: name, standings, balances });
    expect(measureMessage(message).text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
    expect(readAnswer(message)).toContain('45 more on the web');
  },
);
