import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createPostRequestCard } from './post-request-card.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createPostRequestCard(context)]);
  people = await createRequester(rig);
});
afterEach(() => rig.stop());

test('a request becomes one card, which is stored', async () => {
  const request = await requestCredits(rig.supabase.database, people.pia, 30);
  await rig.relay();
  const cards = await listCards(rig);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.text).toContain('30 AI credits');
  const [kept] = await rig.supabase.database.sql`
    select message_id from credits.request_cards where request_id = ${request.id}`;
  expect(kept?.message_id).toBe(cards[0]?.id);
});

test.each([1, 2])('a worker that dies after its first %i calls posts no second card', async (count) => {
  await requestCredits(rig.supabase.database, people.pia, 30);
  rig.loseAnswers(count);
  await rig.relay();
  await rig.engine.advance(5 * retryMs);
  expect(await listCards(rig)).toHaveLength(1);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { posted: true } }]);
});

test('a request decided while its card is being posted is shown as decided', async () => {
  const { database } = rig.supabase;
  const request = await requestCredits(database, people.pia, 30);
  rig.loseAnswers(1);
  await rig.relay();
  await decideRequest(database, people.max, request.id);
  await rig.engine.advance(5 * retryMs);
  const cards = await listCards(rig);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.text).toContain('Approved');
  expect(cards[0]?.text).not.toContain('"label":"Approve"');
});

test('without an approvals channel the run ends with a note', async () => {
  await rig.supabase.database.sql`update public.guilds set approvals_channel_id = null`;
  await requestCredits(rig.supabase.database, people.pia, 30);
  await rig.relay();
  expect(await listCards(rig)).toEqual([]);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { posted: false } }]);
});

test('an outage of Discord delays the card', async () => {
  await rig.sandbox.control('POST', 'faults', { kind: 'server_error', method: 'POST', count: 3 });
  await requestCredits(rig.supabase.database, people.pia, 30);
  await rig.relay();
  await rig.engine.advance(10 * retryMs);
  expect(await listCards(rig)).toHaveLength(1);
});

test('while Discord is down it is asked sixteen times; the request waits on the web without a card', async () => {
  const outage = await startOutage(rig, { method: 'POST', path: '/messages' });
  await requestCredits(rig.supabase.database, people.pia, 30);
  await rig.relay();
  await rig.engine.advance(60 * retryMs);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Failed' }]);
  expect(await outage.countRequests()).toBe(16);
  const { sql } = rig.supabase.database;
  expect(await sql`select state from public.credit_requests`).toMatchObject([{ state: 'pending' }]);
  expect(await sql`select message_id from credits.request_cards where message_id is not null`).toEqual([]);
});

test('a card that cannot be recorded fails the run, and stays the only one', async () => {
  const { admin } = rig.supabase.database;
  await admin`revoke execute on function public.record_request_card from service_role`;
  await requestCredits(rig.supabase.database, people.pia, 30);
  await rig.relay();
  await rig.engine.advance(60 * retryMs);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Failed' }]);
  expect(await listCards(rig)).toHaveLength(1);
});
