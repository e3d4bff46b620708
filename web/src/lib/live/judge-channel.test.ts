import { expect, test } from 'vitest';
import { createChannelJudge } from './judge-channel.ts';

test.each([
  ['joins at once', ['SUBSCRIBED'], ['live']],
  ['joins on its second attempt', ['CHANNEL_ERROR', 'SUBSCRIBED'], ['connecting', 'live']],
  ['never joins', ['TIMED_OUT', 'CHANNEL_ERROR', 'CHANNEL_ERROR'], ['connecting', 'lost', 'lost']],
  ['loses its connection', ['SUBSCRIBED', 'CHANNEL_ERROR', 'SUBSCRIBED'], ['live', 'lost', 'live']],
  ['is closed', ['SUBSCRIBED', 'CLOSED'], ['live', 'lost']],
])('a channel that %s', (_, statuses, states) => {
  expect(statuses.map(createChannelJudge())).toEqual(states);
});
