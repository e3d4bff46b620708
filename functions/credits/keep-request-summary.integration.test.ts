import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelIds } from '#dev/seed/discord-community.ts';
import { decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { createKeepRequestSummary } from './keep-request-summary.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createKeepRequestSummary(context)]);
  people = await createRequester(rig);
});
afterEach(() => rig.stop());

const quietMs = 3_000;
const hourMs = 3_600_000;

/** Sends the events, and waits until nothing has changed for long enough. */
async function settle(): Promise<void> {
  await rig.relay();
  await rig.engine.advance(quietMs);
}
const request = (amount: number) => requestCredits(rig.supabase.database, people.pia, amount);
const readSummaries = async () => (await listCards(rig)).map(({ text }) => text);

test('several requests become one message, which is edited in place', async () => {
  await request(30);
  await rig.relay();
  expect(await readSummaries()).toEqual([]);
  await request(40);
  await settle();
  const [first, ...others] = await listCards(rig);
  expect(others).toEqual([]);
  expect(first?.text).toContain('2 requests wait');
  expect(first?.text).toContain('**AI** · 2 requests · 70 credits');
  expect(first?.text).toContain('req-bulk:v1');
  expect(await rig.engine.runs.list()).toHaveLength(1);

  await request(5);
  await settle();
  const [edited, ...more] = await listCards(rig);
  expect(more).toEqual([]);
  expect(edited?.id).toBe(first?.id);
  expect(edited?.text).toContain('3 requests wait');
});

test('when everything is decided it says so, without a button', async () => {
  const { id } = await request(30);
  await settle();
  await decideRequest(rig.supabase.database, people.max, id);
  await settle();
  const summaries = await readSummaries();
  expect(summaries).toHaveLength(1);
  expect(summaries[0]).toContain('Nothing waits');
  expect(summaries[0]).not.toContain('req-bulk');
});

test.each([0, 1, 2])(
  'one that a moderator deleted is posted again, once, though %i answers are lost',
  async (count) => {
    await request(30);
    await settle();
    const [first] = await listCards(rig);
    await rig.sandbox.bot('DELETE', `/channels/${channelIds.approvals}/messages/${first?.id}`);
    rig.loseAnswers(count);
    await request(40);
    await settle();
    await rig.engine.advance(4 * retryMs);
    const [again, ...others] = await listCards(rig);
    expect(others).toEqual([]);
    expect(again?.id).not.toBe(first?.id);
    expect(again?.text).toContain('2 requests wait');
  },
);

test('a deleted one comes back within the hour, though nothing changes', async () => {
  await request(30);
  await settle();
  const [first] = await listCards(rig);
  await rig.sandbox.bot('DELETE', `/channels/${channelIds.approvals}/messages/${first?.id}`);
  await rig.engine.advance(hourMs + quietMs);
  expect(await readSummaries()).toHaveLength(1);
});

test('without requests, or without a channel, there is none', async () => {
  await rig.engine.advance(hourMs + quietMs);
  expect(await readSummaries()).toEqual([]);
  await rig.supabase.database.sql`update public.guilds set approvals_channel_id = null`;
  await request(30);
  await settle();
  expect((await rig.engine.runs.list()).map(({ output }) => output)).toContainEqual({ summary: 'none' });
});
