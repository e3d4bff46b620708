import { expect, test } from 'vitest';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { describeSentRequest } from './describe-sent-request.ts';

const sent = { ...makeCreditRequest(), replayed: false };

test.each([
  [{}, 'Request sent. You’ll see the decision here and in Discord.'],
  [{ discord_user_id: null }, 'Request sent. You’ll see the decision here.'],
  [
    { approvals_needed: 2 },
    'Request sent. It needs two approvers. You’ll see the decision here and in Discord.',
  ],
  [
    { state: 'approved' as const },
    'Approved at once: requests of this size need no approver. The credits are yours.',
  ],
  [{ replayed: true }, 'You already have this request waiting. You’ll see the decision here and in Discord.'],
  [
    { replayed: true, state: 'approved' as const },
    'You made this request a moment ago, and it was approved.',
  ],
  [
    { replayed: true, state: 'rejected' as const },
    'You sent this form before, and that request is closed. Find it under “Your requests”.',
  ],
])('%j reads as expected', (change, expected) => {
  expect(describeSentRequest({ ...sent, ...change })).toBe(expected);
});
