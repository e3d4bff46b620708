import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createRemindApprovers } from './remind-approvers.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createRemindApprovers(context)]);
  people = await createRequester(rig);
});
afterEach(() => rig.stop());

/** A request old enough for the database to ask for a reminder. */
async function requestLongAgo(): Promise<string> {
  const { database } = rig.supabase;
  const request = await requestCredits(database, people.pia, 30);
  await database.sql`update public.credit_requests set remind_at = now() - interval '1 minute'`;
  await database.sql`select credits.expire_credit_requests()`;
  return request.id;
}

test('a waiting request triggers one reminder', async () => {
  await requestLongAgo();
  rig.loseAnswers(1);
  await rig.relay();
  await rig.engine.advance(5 * retryMs);
  await rig.supabase.database.sql`select credits.expire_credit_requests()`;
  await rig.relay();
  expect(await listCards(rig)).toHaveLength(1);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { reminded: true } }]);
});

test('a request decided meanwhile triggers none', async () => {
  const id = await requestLongAgo();
  await decideRequest(rig.supabase.database, people.max, id);
  await rig.relay();
  expect(await listCards(rig)).toEqual([]);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { reminded: false } }]);
});

test('while Discord is down it is asked nine times; the request stays open', async () => {
  const id = await requestLongAgo();
  const outage = await startOutage(rig, { method: 'POST', path: '/messages' });
  await rig.relay();
  await rig.engine.advance(60 * retryMs);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Failed' }]);
  expect(await outage.countRequests()).toBe(9);
  await outage.end();
  expect(await listCards(rig)).toEqual([]);
  const [request] = await rig.supabase.database.sql`
    select state from public.credit_requests where id = ${id}`;
  expect(request?.state).toBe('pending');
});
