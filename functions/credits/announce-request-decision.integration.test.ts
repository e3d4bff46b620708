import { afterEach, beforeEach, expect, test } from 'vitest';
import { userIds } from '#dev/seed/discord-community.ts';
import { decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards, listDirectMessages } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createAnnounceRequestDecision } from './announce-request-decision.ts';
import { createPostRequestCard } from './post-request-card.ts';
import { createRefreshRequestProgress } from './refresh-request-progress.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [
    createPostRequestCard(context),
    createRefreshRequestProgress(context),
    createAnnounceRequestDecision(context),
  ]);
  people = await createRequester(rig);
});
afterEach(() => rig.stop());

async function requestAndPost(amount: number): Promise<string> {
  const request = await requestCredits(rig.supabase.database, people.pia, amount);
  await rig.relay();
  expect(await listCards(rig)).toHaveLength(1);
  return request.id;
}

test.each([0, 1, 3])(
  'the card shows the decision and the player gets one message, though the worker dies %i times',
  async (count) => {
    const id = await requestAndPost(30);
    await decideRequest(rig.supabase.database, people.max, id, { comment: 'For the launch' });
    rig.loseAnswers(count);
    await rig.relay();
    await rig.engine.advance(8 * retryMs);
    const cards = await listCards(rig);
    expect(cards).toHaveLength(1);
    expect(cards[0]?.text).toContain('For the launch');
    expect(cards[0]?.text).not.toContain('"label":"Approve"');
    const messages = await listDirectMessages(rig, userIds.pia);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('For the launch');
  },
);

test('the first of two approvals is on the card, which keeps its buttons', async () => {
  const id = await requestAndPost(600);
  await decideRequest(rig.supabase.database, people.max, id);
  await rig.relay();
  const [card] = await listCards(rig);
  expect(card?.text).toContain('"label":"Approve');
  expect(card?.text).toContain('max');
  expect(await listDirectMessages(rig, userIds.pia)).toEqual([]);
});

test('closed direct messages are recorded, and fail nothing', async () => {
  await rig.sandbox.control('PUT', `users/${userIds.pia}`, { dms_open: false });
  const id = await requestAndPost(30);
  await decideRequest(rig.supabase.database, people.max, id);
  await rig.relay();
  const runs = await rig.engine.runs.list();
  expect(runs.map(({ status }) => status)).toEqual(['Completed', 'Completed']);
  expect(await listDirectMessages(rig, userIds.pia)).toEqual([]);
});

test.each([
  ['the card', { method: 'PATCH', path: '/messages/' }, { isCardCurrent: false, messageCount: 1 }],
  ['the message', { method: 'POST', path: '/messages' }, { isCardCurrent: true, messageCount: 0 }],
])('%s is tried sixteen times, apart from the other; no notice is recorded', async (_, requests, left) => {
  const id = await requestAndPost(30);
  const outage = await startOutage(rig, requests);
  await decideRequest(rig.supabase.database, people.max, id);
  await rig.relay();
  await rig.engine.advance(60 * retryMs);
  expect((await rig.engine.runs.list()).map(({ status }) => status).toSorted()).toEqual([
    'Completed',
    'Failed',
  ]);
  expect(await outage.countRequests()).toBe(16);
  const [card] = await listCards(rig);
  expect(card?.text.includes('Approved by')).toBe(left.isCardCurrent);
  expect(await listDirectMessages(rig, userIds.pia)).toHaveLength(left.messageCount);
  const [request] = await rig.supabase.database.sql`
    select state, requester_notice from public.credit_requests where id = ${id}`;
  expect(request).toEqual({ state: 'approved', requester_notice: null });
});
