import { describe, expect, test } from 'vitest';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { answerInteraction } from '../../interactions/answer-interaction.ts';
import type { ComponentInteraction } from '../../interactions/interaction.ts';
import { makeBulkDecision, makeRefusal } from '../../testing/bulk-samples.ts';
import { createRig, player, type Rpc } from '../../testing/interaction-rig.ts';
import { makeQueue } from '../../testing/interaction-samples.ts';
import { makeComponentUse } from '../../testing/make-interaction.ts';
import { readAnswer } from '../../testing/measure-message.ts';

const idOf = (digit: number) => `c0000000-0000-4000-8000-00000000000${digit}`;
const one = makeCreditRequest({ id: idOf(1), amount: 250, display_name: 'Pia' });
const two = makeCreditRequest({ id: idOf(2), amount: 40, display_name: 'Rob' });
const bulkId = 'd0000000-0000-4000-8000-000000000001';
const ids = [idOf(1), idOf(2)];
const pickId = 'req-bulk-pick:v1';
const picked = { [pickId]: ids };

const decided = (change = {}) => ({
  ...makeBulkDecision([one, two], [{}, { outcome: 'refused', refusal: makeRefusal('Ada') }], change),
  replayed: false,
});

/** What the person sees, and what the database was asked. */
async function use(
  custom_id: string,
  change: Partial<ComponentInteraction> = {},
  rpcs: Record<string, Rpc> = {},
) {
  const asked: Record<string, unknown>[] = [];
  const { context, calls } = createRig({
    find_player_by_discord: () => ({ ...player, role: 'manager' }),
    list_request_queue: () => makeQueue([one, two]),
    bulk_decide_credit_requests: (args) => {
      asked.push(args);
      return decided({ is_preview: args.is_preview === true });
    },
    undo_bulk_decision: (args) => {
      asked.push(args);
      return decided({ undone_at: '2026-11-22T12:05:00Z' });
    },
    ...rpcs,
  });
  const interaction = makeComponentUse(custom_id, { is_on_ephemeral_message: true, ...change });
  const { response } = await answerInteraction(interaction, context);
  return { response, asked, calls, text: readAnswer(response) };
}

test('the button offers what waits, to the one who pressed it alone', async () => {
  const { response, text } = await use('req-bulk:v1', { is_on_ephemeral_message: false });
  expect(response).toMatchObject({ type: 4, data: { flags: 32_768 + 64 } });
  expect(text).toContain('"max_values":2');
  for (const id of ids) expect(text).toContain(id);
});

test('picked requests are previewed in the same message, which keeps them picked', async () => {
  const { response, asked, text } = await use(pickId, { values: ids });
  expect(response.type).toBe(7);
  expect(asked).toEqual([
    {
      ...{ request_ids: ids, decision: 'approve', comment: '', mode: 'continue', is_preview: true },
      ...{ idempotency_key: null, acting_player_id: player.player_id, source: 'discord' },
    },
  ]);
  expect(text).toContain('1 will be paid, 1 refuses');
  expect(text).toContain('Ada has already approved this request.');
  expect(text.match(/"default":true/g)).toHaveLength(2);
  expect(text).toContain('Approve 1…');
});

test('the other decision is previewed for the same requests', async () => {
  const { asked } = await use('req-bulk-preview:v1:reject', { picked });
  expect(asked).toMatchObject([{ request_ids: ids, decision: 'reject', is_preview: true }]);
});

test('nothing is offered that cannot be decided', async () => {
  const refused = { outcome: 'refused', refusal: makeRefusal('Ada') } as const;
  const none = { ...makeBulkDecision([one], [refused], { is_preview: true }), replayed: false };
  const { text } = await use(pickId, { values: [idOf(1)] }, { bulk_decide_credit_requests: () => none });
  expect(text).toContain('Nothing can be decided');
  expect(text).not.toContain('req-bulk-confirm');
});

test.each([
  ['approve:optional', false],
  ['reject:required', true],
])('the form asks for one comment and for what a refusal means (%s)', async (args, required) => {
  const { response, calls, text } = await use(`req-bulk-confirm:v1:${args}`, { picked });
  expect(response.type).toBe(9);
  expect(text).toContain(`"required":${required}`);
  for (const mode of ['continue', 'stop_at_first', 'all_or_nothing']) expect(text).toContain(mode);
  expect(calls).toEqual([]);
});

describe('the sent form', () => {
  const fields = { comment: ' For the launch ', mode: 'all_or_nothing' };

  test('decides what the message shows as picked, once per interaction', async () => {
    const { response, asked, text } = await use('req-bulk-form:v1:approve', { picked, fields });
    expect(response.type).toBe(7);
    expect(asked).toEqual([
      {
        ...{ request_ids: ids, decision: 'approve', comment: 'For the launch', mode: 'all_or_nothing' },
        ...{ acting_player_id: player.player_id, source: 'discord' },
        idempotency_key: 'discord:111111111111111111',
      },
    ]);
    expect(text).toContain('Done: 1 approved, 1 refused');
    expect(text).toContain(`req-bulk-undo:v1:${bulkId}`);
  });

  test('decides nothing if nothing is picked any more', async () => {
    const { asked, text } = await use('req-bulk-form:v1:approve', { fields });
    expect(asked).toEqual([]);
    expect(text).toContain('out of date');
  });
});

test('Undo takes back what was paid, and is offered no more', async () => {
  const { asked, text } = await use(`req-bulk-undo:v1:${bulkId}`);
  expect(asked).toEqual([
    {
      ...{ bulk_id: bulkId, acting_player_id: player.player_id, source: 'discord' },
      idempotency_key: 'discord:111111111111111111',
    },
  ]);
  expect(text).toContain('Undone');
  expect(text).not.toContain('req-bulk-undo');
});

const notAllowed = {
  status: 403,
  code: 'manager_only',
  message: 'Only managers can decide requests.',
  action: 'Ask a manager.',
};

test.each([
  [pickId, { values: ids }],
  ['req-bulk-preview:v1:reject', { picked }],
  ['req-bulk-form:v1:approve', { picked }],
])('an approver who was demoted meanwhile is refused: %s', async (custom_id, change) => {
  // The database notes the attempt itself.
  const { text } = await use(custom_id, change, {
    bulk_decide_credit_requests: () => ({ refusal: notAllowed }),
  });
  expect(text).toContain('Only managers can decide requests.');
});

test.each([
  ['req-bulk:v1', {}],
  [pickId, { values: ids }],
  ['req-bulk-form:v1:approve', { picked }],
  [`req-bulk-undo:v1:${bulkId}`, {}],
])('an unlinked person learns how to link, and the attempt is recorded: %s', async (custom_id, change) => {
  const { calls, text } = await use(custom_id, change, { find_player_by_discord: () => null });
  expect(text).toContain('Link your account first');
  expect(calls).toContain('record_refused_attempt');
});
