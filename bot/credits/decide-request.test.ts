import { expect, test } from 'vitest';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import { createRig, creditRequest, player } from '../testing/interaction-rig.ts';
import { makeComponentUse } from '../testing/make-interaction.ts';
import { readAnswer } from '../testing/measure-message.ts';

const requestId = creditRequest.id;
const click = (custom_id: string, fields: Record<string, string> = {}) =>
  makeComponentUse(custom_id, { fields });
const decision = {
  decision: 'approve',
  decided_by: player.player_id,
  decided_by_name: 'Ada',
  decided_at: '2026-11-22T12:00:00Z',
  comment: null,
  source: 'discord',
  is_final: true,
  is_fallback: false,
  is_automatic: false,
  on_behalf_of_name: null,
};
const balance = { available: 1, held: 0 };

function rigDeciding(state: string, asked: unknown[] = []) {
  return createRig({
    decide_credit_request: (args) => {
      asked.push(args);
      const request = { ...creditRequest, state };
      return { request, decision, balances: { ai: balance, lead: balance }, replayed: false };
    },
  });
}

test('Approve decides as the linked player, keyed by the interaction', async () => {
  const asked: unknown[] = [];
  const { context } = rigDeciding('approved', asked);
  const { response } = await answerInteraction(click(`req-approve:v1:${requestId}`), context);
  expect(readAnswer(response)).toContain('Approved');
  expect(asked).toMatchObject([
    {
      request_id: requestId,
      decision: 'approve',
      acting_player_id: player.player_id,
      idempotency_key: 'discord:111111111111111111',
    },
  ]);
});

test.each([
  ['222222222222222222', 'Approved 50 AI credits for Pia. A direct message is on its way'],
  [null, 'Approved 50 AI credits for Pia. They’ll see it on the web.'],
])('an approval promises no message that cannot arrive (%s)', async (discord_user_id, expected) => {
  const { context } = createRig({
    decide_credit_request: () => ({
      request: { ...creditRequest, state: 'approved', discord_user_id },
      decision,
      balances: { ai: balance, lead: balance },
      replayed: false,
    }),
  });
  const { response } = await answerInteraction(click(`req-approve:v1:${requestId}`), context);
  expect(readAnswer(response)).toContain(expected);
});

test('the first of two approvals states that another is needed', async () => {
  const { context } = rigDeciding('pending');
  const { response } = await answerInteraction(click(`req-approve:v1:${requestId}`), context);
  expect(readAnswer(response)).toContain('A second approver is needed');
});

test('Reject asks for a reason before anything is decided', async () => {
  const { context, calls } = rigDeciding('rejected');
  const { response } = await answerInteraction(click(`req-reject:v1:${requestId}`), context);
  expect(response).toMatchObject({ type: 9, data: { custom_id: `req-reject-form:v1:${requestId}` } });
  expect(calls).toEqual([]);
});

test.each(['req-reject', 'req-approve-why'])(
  '%s with an id that no request has is out of date, and opens no form',
  async (action) => {
    const { context } = rigDeciding('rejected');
    const { response } = await answerInteraction(click(`${action}:v1:no-request`), context);
    expect(response.type).toBe(4);
    expect(readAnswer(response)).toContain('This is out of date');
  },
);

test('the submitted form rejects with its comment', async () => {
  const asked: unknown[] = [];
  const { context } = rigDeciding('rejected', asked);
  await answerInteraction(click(`req-reject-form:v1:${requestId}`, { comment: ' not now ' }), context);
  expect(asked).toMatchObject([{ decision: 'reject', comment: 'not now' }]);
});

test.each([
  ['manager_only', 'Only a manager decides.', 'manager_only'],
  ['comment_needed', 'There are too few approvers.', `req-approve-why:v1:${requestId}`],
])('a refusal with %s states what to do', async (details, message, expected) => {
  const refusal = Response.json({ code: 'DS403', message, details, hint: 'Ask one.' }, { status: 403 });
  const { context } = createRig({
    decide_credit_request: () => refusal,
  });
  const { response } = await answerInteraction(click(`req-approve:v1:${requestId}`), context);
  const text = readAnswer(response);
  expect(text).toContain(message);
  expect(text).toContain(expected);
});

function rigNoting(rpcs: Parameters<typeof createRig>[0]) {
  const attempts: unknown[] = [];
  const noting = {
    record_refused_attempt: (args: unknown) => {
      attempts.push(args);
      return { is_recorded: true, replayed: false };
    },
  };
  return { attempts, ...createRig({ ...rpcs, ...noting }) };
}

test.each([
  ['manager_only', 403, 1],
  ['own_request', 403, 1],
  ['request_already_decided', 409, 0],
])(
  'an attempt that is refused with %s is noted only if a right was missing',
  async (details, status, count) => {
    const refusal = { code: `DS${status}`, message: 'No.', details, hint: 'Wait.' };
    const { context, attempts } = rigNoting({
      decide_credit_request: () => Response.json(refusal, { status }),
    });
    const { response } = await answerInteraction(click(`req-approve:v1:${requestId}`), context);
    expect(readAnswer(response)).toContain('No.');
    expect(attempts).toHaveLength(count);
    if (count > 0) {
      expect(attempts).toMatchObject([
        {
          ...{ action: 'approve_request', subject_id: requestId, refusal: details, source: 'discord' },
          ...{ acting_player_id: player.player_id, discord_user_id: '222222222222222222' },
          idempotency_key: 'discord:111111111111111111',
        },
      ]);
    }
  },
);

test('people without a linked account decide nothing and learn how to link, and the attempt is recorded', async () => {
  const { context, attempts, calls } = rigNoting({ find_player_by_discord: () => null });
  const { response } = await answerInteraction(click('req-approve:v1:no-request'), context);
  expect(readAnswer(response)).toContain('Link your account first');
  expect(calls).not.toContain('decide_credit_request');
  expect(attempts).toMatchObject([{ refusal: 'not_linked', discord_user_id: '222222222222222222' }]);
  // What a button carries need not be the id of anything.
  expect(attempts[0]).not.toHaveProperty('subject_id');
});
