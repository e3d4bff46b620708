import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { parseInteraction } from '#bot/interactions/parse-interaction.ts';
import { registerCommands } from '#bot/register-commands.ts';
import { startTestEndpoint } from '#emulators/discord/testing/start-test-endpoint.ts';
import { beginInteraction } from '#store/platform/begin-interaction.ts';
import { createRequester } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createCompleteInteractions } from './complete-interactions.ts';

let rig: FunctionRig;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createCompleteInteractions(context)]);
  await createRequester(rig);
  await registerCommands(rig.context);
  endpoint = await startTestEndpoint(rig.sandbox.publicKey);
  // A process that dies after the acknowledgement.
  endpoint.answerWith(() => ({ type: 5, data: { flags: 64 } }));
  await rig.sandbox.control('PUT', 'application', { interactions_endpoint_url: endpoint.url });
});
afterEach(async () => {
  await endpoint.close();
  await rig.stop();
});

const answered = z.looseObject({ state: z.string() });

/** Pia's credit request was stored and acknowledged this long ago, and nothing else happened. */
async function leaveUnfinished(ageSeconds = 10): Promise<string> {
  const options = { type: 'ai', amount: 5, reason: 'tests' };
  const body = { user_id: 'pia', channel_id: 'general', name: 'request', options, wait: 'ack' };
  await rig.sandbox.control('POST', 'interactions/command', body);
  const interaction = parseInteraction(endpoint.received.at(-1));
  if (interaction?.kind !== 'command') throw new Error('No command was received.');
  await beginInteraction(rig.store, {
    ...{ interaction_id: interaction.id, command: interaction.name, payload: interaction },
    discord_user_id: interaction.user.id,
  });
  await rig.supabase.database.admin`
    update platform.interactions set received_at = now() - make_interval(secs => ${ageSeconds})
    where id = ${interaction.id}`;
  return interaction.id;
}

/** What the database does every five seconds. */
async function sweep(): Promise<void> {
  await rig.supabase.database.admin`select platform.sweep_interactions()`;
  await rig.relay();
}

async function readOutcome(id: string) {
  const [row] = await rig.supabase.database.admin`
    select outcome, payload is null as is_forgotten from platform.interactions where id = ${id}`;
  return row;
}
const countRequests = async () =>
  (await rig.supabase.database.sql`select 1 from public.credit_requests`).length;
const readState = async (id: string) =>
  answered.parse((await rig.sandbox.control('GET', `interactions/${id}`)).body).state;
const listStates = async () => (await rig.engine.runs.list()).map(({ status }) => status);
const edits = { method: 'PATCH', path: '/webhooks/' };

test.each([0, 1, 2])(
  'what was left is done once and answered, though %i answers of the worker are lost',
  async (count) => {
    const id = await leaveUnfinished();
    expect(await readState(id)).toBe('thinking');
    rig.loseAnswers(count);
    await sweep();
    await rig.engine.advance(4 * retryMs);
    expect(await countRequests()).toBe(1);
    expect(await readState(id)).toBe('answered');
    const { body } = await rig.sandbox.control('GET', 'messages?channel_id=general&as=pia');
    expect(body.messages).toHaveLength(1);
    expect(JSON.stringify(body.messages)).toContain('Request sent');
    expect(await readOutcome(id)).toEqual({ outcome: 'done', is_forgotten: true });
    expect(await listStates()).toEqual(['Completed']);
  },
);

test('one that Discord does not take now is left to the next call, the others are completed', async () => {
  const [id] = [await leaveUnfinished(20), await leaveUnfinished()];
  const fault = { kind: 'server_error', ...edits };
  await rig.sandbox.control('POST', 'faults', fault);
  await sweep();
  const [run] = await rig.engine.runs.list();
  expect(run).toMatchObject({ status: 'Completed', output: { completed_count: 1, open_count: 1 } });
  expect((await readOutcome(id))?.outcome).toBeNull();
  await sweep();
  expect((await readOutcome(id))?.outcome).toBe('done');
});

test('nobody waits for an answer whose token has ended: what was asked for is done all the same', async () => {
  const id = await leaveUnfinished();
  const { admin } = rig.supabase.database;
  await admin`update platform.interactions set payload = jsonb_set(payload, '{token}', '"ended"') where id = ${id}`;
  await sweep();
  expect(await countRequests()).toBe(1);
  expect((await readOutcome(id))?.outcome).toBe('done');
});

test('after fifteen minutes nothing is done any more', async () => {
  const id = await leaveUnfinished(16 * 60);
  const outage = await startOutage(rig, edits);
  await sweep();
  expect(await countRequests()).toBe(0);
  expect(await outage.countRequests()).toBe(0);
  expect(await readOutcome(id)).toEqual({ outcome: 'failed', is_forgotten: true });
});

test('a database that is down is asked three times; then the sweep calls again', async () => {
  const id = await leaveUnfinished();
  const { admin } = rig.supabase.database;
  await admin`revoke execute on function public.list_unfinished_interactions(int) from service_role`;
  await sweep();
  expect(await listStates()).toEqual(['Running']);
  await rig.engine.advance(5 * retryMs);
  const [failed] = await rig.engine.runs.list();
  expect(failed).toMatchObject({ status: 'Failed' });
  await admin`grant execute on function public.list_unfinished_interactions(int) to service_role`;
  await sweep();
  expect((await readOutcome(id))?.outcome).toBe('done');
});
