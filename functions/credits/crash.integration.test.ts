// The worker is killed at every moment of every durable function of credits: before and after each call of the engine
// and each request that a step makes. Nothing may be lost, and nothing may happen twice.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { userIds } from '#dev/seed/discord-community.ts';
import { changePolicy, decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listCards, listDirectMessages } from '../testing/request-stage.ts';
import { type CrashRig, startCrashRig } from '../testing/start-crash-rig.ts';

const durationMsMax = 280_000;
let rig: CrashRig;
let people: { pia: Player; max: Player };

beforeAll(async () => {
  rig = await startCrashRig();
  people = await createRequester(rig);
  await changePolicy(rig.supabase.database, {
    ...{ request_amount_max: 1_000, period_amount_max: 1_000_000 },
    ...{ pending_count_max: 100, second_approval_above: 500 },
  });
}, 60_000);
afterAll(() => rig.stop());

const sql = () => rig.supabase.database.sql;

/** A pending request whose card is posted. */
async function prepareRequest(amount = 30): Promise<string> {
  let id = '';
  await rig.play(async () => {
    id = await ask(amount);
  }, null);
  return id;
}

async function ask(amount = 30): Promise<string> {
  await sql()`delete from platform.rate_limits`;
  return (await requestCredits(rig.supabase.database, people.pia, amount)).id;
}

const findCards = async (id: string) => (await listCards(rig)).filter(({ text }) => text.includes(id));

/** The record of the runs is truthful as well: one run, completed. Its reports arrive beside the run. */
async function checkRun(functionId: string, id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const runs = await sql()`
        select status from platform.workflow_runs where function_id = ${functionId} and cause_id = ${id}`;
      expect([...runs]).toEqual([{ status: 'completed' }]);
    },
    { timeout: 20_000 },
  );
}

/** Plays the scene once without a kill, then once for each of its moments. */
async function killAtEveryMoment(scene: (killAt: number | null) => Promise<number>): Promise<void> {
  const momentCount = await scene(null);
  expect(momentCount).toBeGreaterThan(4);
  for (let moment = 0; moment < momentCount; moment += 1) {
    await scene(moment).catch((error: unknown) => {
      throw new Error(`Killed at moment ${moment} of ${momentCount}.`, { cause: error });
    });
  }
}

test(
  'a request has one card',
  () =>
    killAtEveryMoment(async (killAt) => {
      let id = '';
      const count = await rig.play(async () => {
        id = await ask();
      }, killAt);
      const cards = await findCards(id);
      expect(cards).toHaveLength(1);
      const kept = await sql()`select message_id from credits.request_cards where request_id = ${id}`;
      expect([...kept]).toEqual([{ message_id: cards[0]?.id }]);
      await checkRun('post-request-card', id);
      return count;
    }),
  durationMsMax,
);

test(
  'an approval is paid once, shown on the one card, and the player gets one message',
  () =>
    killAtEveryMoment(async (killAt) => {
      const id = await prepareRequest();
      const comment = `Well earned ${id}`;
      const before = (await listDirectMessages(rig, userIds.pia)).length;
      const count = await rig.play(
        () => decideRequest(rig.supabase.database, people.max, id, { comment }),
        killAt,
      );
      const cards = await findCards(id);
      expect(cards).toHaveLength(1);
      expect(cards[0]?.text).toContain(comment);
      const told = (await listDirectMessages(rig, userIds.pia)).slice(before);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(comment);
      expect([
        ...(await sql()`select amount from public.credit_transfers where request_id = ${id}`),
      ]).toHaveLength(1);
      const [request] = await sql()`select requester_notice from public.credit_requests where id = ${id}`;
      expect(request).toEqual({ requester_notice: 'delivered' });
      await checkRun('announce-request-decision', id);
      return count;
    }),
  durationMsMax,
);

test(
  'the first of two approvals appears on the one card, and no message is sent',
  () =>
    killAtEveryMoment(async (killAt) => {
      const id = await prepareRequest(600);
      const before = (await listDirectMessages(rig, userIds.pia)).length;
      const count = await rig.play(() => decideRequest(rig.supabase.database, people.max, id), killAt);
      const cards = await findCards(id);
      expect(cards).toHaveLength(1);
      expect(cards[0]?.text).toContain('1 of 2 approvals');
      expect(await listDirectMessages(rig, userIds.pia)).toHaveLength(before);
      expect([...(await sql()`select from public.credit_transfers where request_id = ${id}`)]).toHaveLength(
        0,
      );
      await checkRun('refresh-request-progress', id);
      return count;
    }),
  durationMsMax,
);

test(
  'a waiting request triggers one reminder',
  () =>
    killAtEveryMoment(async (killAt) => {
      const id = await prepareRequest();
      const count = await rig.play(async () => {
        await sql()`update public.credit_requests set remind_at = now() - interval '1 minute' where id = ${id}`;
        await sql()`select credits.expire_credit_requests()`;
      }, killAt);
      expect(await findCards(id)).toHaveLength(2);
      await checkRun('remind-approvers', id);
      return count;
    }),
  durationMsMax,
);
