import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { controlStack } from '#dev/tests/test-stack-control.ts';

const stack = inject('stack');
const sandboxUrl = `http://127.0.0.1:${stack.ports.discord}/_sandbox`;
const deadlineMs = 200_000;
let sql: postgres.Sql;

beforeAll(() => {
  sql = postgres(stack.superuserUrl, { max: 3, onnotice: () => {} });
});
afterAll(() => sql.end({ timeout: 1 }));

/** Requests left open by other tests on this stack must not use up the limit on pending requests. */
beforeEach(async () => {
  await sql`
    select public.cancel_credit_request(request.id, gen_random_uuid()::text, request.player_id)
    from public.credit_requests as request join public.profiles on profiles.id = request.player_id
    where profiles.username = 'pia' and request.state = 'pending' and request.kind = 'request'`;
  await sql`delete from platform.rate_limits where bucket like 'credit_request:%'`;
});

const answerSchema = z.looseObject({ interaction_id: z.string(), state: z.string() });
const interactionSchema = z.looseObject({ state: z.string() });

async function callSandbox(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(sandboxUrl + path, { method, headers, body: body && JSON.stringify(body) });
  return response.json();
}

async function requestCredits(reason: string, wait: 'ack' | 'final') {
  const options = { type: 'lead', amount: 1, reason };
  const body = { user_id: 'pia', channel_id: 'general', name: 'request', options, wait, wait_ms: 50_000 };
  return answerSchema.parse(await callSandbox('POST', '/interactions/command', body));
}

const countRequests = async (reason: string): Promise<number> =>
  (await sql`select 1 from public.credit_requests where reason = ${reason}`).length;

const isAnswered = async (id: string): Promise<string> =>
  interactionSchema.parse(await callSandbox('GET', `/interactions/${id}`)).state;

async function readOutcome(id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await sql`select outcome, payload from platform.interactions where id = ${id}`;
  return row;
}

test('a request whose process dies after the acknowledgement is completed and answered, once', async () => {
  const reason = `Crash ${randomUUID()}`;
  // The player lookup blocks here: the interaction is stored and acknowledged, but not executed.
  const release = Promise.withResolvers<void>();
  const isLocked = Promise.withResolvers<void>();
  const holding = sql.begin(async (transaction) => {
    await transaction`lock table public.discord_links in access exclusive mode`;
    isLocked.resolve();
    await release.promise;
  });
  await isLocked.promise;
  const { interaction_id, state } = await requestCredits(reason, 'ack');
  expect(state).toBe('thinking');
  await controlStack(stack.controlUrl, 'kill', 'edge-functions');
  release.resolve();
  await holding;

  await expect.poll(() => isAnswered(interaction_id), { timeout: deadlineMs }).toBe('answered');
  expect(await countRequests(reason)).toBe(1);
  await expect
    .poll(() => readOutcome(interaction_id), { timeout: deadlineMs })
    .toEqual({ outcome: 'done', payload: null });
});

test('a request that seemed to fail when its process died is created once, however often it is repeated', async () => {
  await controlStack(stack.controlUrl, 'waitUntilReady', 'edge-functions');
  const endpoint = `${stack.environment.SUPABASE_URL}/functions/v1/interactions`;
  await expect.poll(async () => (await fetch(endpoint)).status).toBe(405);
  const reason = `Pressed again ${randomUUID()}`;
  // The process dies while the request is being written: the user sees no answer and types the command again.
  const release = Promise.withResolvers<void>();
  const isLocked = Promise.withResolvers<void>();
  const holding = sql.begin(async (transaction) => {
    await transaction`lock table public.credit_requests in share mode`;
    isLocked.resolve();
    await release.promise;
  });
  await isLocked.promise;
  const first = await requestCredits(reason, 'ack');
  const isBeingWritten = async () =>
    (
      await sql`select from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%request_credits%'`
    ).length;
  await expect.poll(isBeingWritten).toBeGreaterThan(0);
  await controlStack(stack.controlUrl, 'kill', 'edge-functions');
  release.resolve();
  await holding;
  await controlStack(stack.controlUrl, 'waitUntilReady', 'edge-functions');
  await expect.poll(async () => (await fetch(endpoint)).status).toBe(405);
  const second = await requestCredits(reason, 'final');

  expect(JSON.stringify(second)).toContain('You already have this request waiting');
  await expect.poll(() => isAnswered(first.interaction_id), { timeout: deadlineMs }).toBe('answered');
  await expect
    .poll(() => readOutcome(first.interaction_id), { timeout: deadlineMs })
    .toEqual({ outcome: 'done', payload: null });
  expect(await countRequests(reason)).toBe(1);
});

test('a repeated interaction gets the first answer and requests nothing more', async () => {
  await controlStack(stack.controlUrl, 'waitUntilReady', 'edge-functions');
  // The function loads on its first request, and Discord allows no time for that.
  const endpoint = `${stack.environment.SUPABASE_URL}/functions/v1/interactions`;
  await expect.poll(async () => (await fetch(endpoint)).status).toBe(405);
  const reason = `Again ${randomUUID()}`;
  const { interaction_id } = await requestCredits(reason, 'final');
  await expect
    .poll(() => readOutcome(interaction_id), { timeout: deadlineMs })
    .toMatchObject({ outcome: 'done' });
  const again = await callSandbox('POST', `/interactions/${interaction_id}/redeliver`, {});
  expect(JSON.stringify(again)).toContain('Request sent');
  expect(await countRequests(reason)).toBe(1);
});
