import { expect, test } from 'vitest';
import type { RequestEvent } from '#domain/credits/request-queue.ts';
import { describeEvent } from './describe-event.ts';

const at = '2026-12-01T10:00:00Z';

test.each<[Omit<RequestEvent, 'at'>, string]>([
  [{ kind: 'created', source: 'discord' }, 'Requested on Discord.'],
  [
    { kind: 'decided', decision: 'approve', by_name: 'Max', source: 'web', is_final: false, bulk_id: 'b' },
    '\u2068Max\u2069 approved it on the web as the first of two approvers, with others at once.',
  ],
  [
    { kind: 'decided', decision: 'reject', by_name: 'Ada', source: 'discord', is_final: true, bulk_id: null },
    '\u2068Ada\u2069 rejected it on Discord.',
  ],
  [
    { kind: 'reversed', by_name: 'Ada', reason: 'A mistake' },
    '\u2068Ada\u2069 took the credits back: A mistake.',
  ],
])('%j', (event, sentence) => {
  expect(describeEvent({ at, ...event })).toBe(sentence);
});
