import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelIds } from '#dev/seed/discord-community.ts';
import { decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createPostRequestCard } from './post-request-card.ts';
import { createRefreshRequestProgress } from './refresh-request-progress.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [
    createPostRequestCard(context),
    createRefreshRequestProgress(context),
  ]);
  people = await createRequester(rig);
});
afterEach(() => rig.stop());

/** A request so large that two have to agree; one of them does so while `prepare` holds. */
async function approveOnce(prepare: (cardId: string) => unknown = () => null): Promise<void> {
  const { database } = rig.supabase;
  const request = await requestCredits(database, people.pia, 600);
  await rig.relay();
  const [card] = await listCards(rig);
  await prepare(card?.id ?? '');
  await decideRequest(database, people.max, request.id);
  await rig.relay();
}
const listStates = async () => (await rig.engine.runs.list()).map(({ status }) => status).toSorted();

test.each([0, 1, 2])('the card says so and keeps its buttons, though %i answers are lost', async (count) => {
  await approveOnce(() => rig.loseAnswers(count));
  await rig.engine.advance(4 * retryMs);
  const cards = await listCards(rig);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.text).toContain('1 of 2 approvals');
  expect(cards[0]?.text).toContain('"label":"Approve');
  expect(await listStates()).toEqual(['Completed', 'Completed']);
});

test.each([0, 1])(
  'a card that a moderator deleted is posted again, once, though %i answers are lost',
  async (count) => {
    await approveOnce(async (cardId) => {
      await rig.sandbox.bot('DELETE', `/channels/${channelIds.approvals}/messages/${cardId}`);
      rig.loseAnswers(count);
    });
    await rig.engine.advance(4 * retryMs);
    const cards = await listCards(rig);
    expect(cards).toHaveLength(1);
    expect(cards[0]?.text).toContain('1 of 2 approvals');
  },
);

test('while Discord is down it is asked nine times; the request waits on the web', async () => {
  const outages: Awaited<ReturnType<typeof startOutage>>[] = [];
  await approveOnce(async () => {
    outages.push(await startOutage(rig, { method: 'PATCH', path: '/messages/' }));
  });
  expect(await listStates()).toEqual(['Completed', 'Running']);
  await rig.engine.advance(30 * retryMs);
  expect(await listStates()).toEqual(['Completed', 'Failed']);
  expect(await outages[0]?.countRequests()).toBe(9);
  const [request] = await rig.supabase.database.sql`select state from public.credit_requests`;
  expect(request?.state).toBe('pending');
});
