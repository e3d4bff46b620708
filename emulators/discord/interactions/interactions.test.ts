import { afterEach, beforeEach, expect, test } from 'vitest';
import { applicationId, channelIds, userIds } from '../testing/book-club.ts';
import { type Received, startTestEndpoint } from '../testing/start-test-endpoint.ts';
import { request, startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;

const registeredCommands = [
  {
    name: 'request',
    description: 'Ask for books',
    options: [
      { type: 3, name: 'type', description: 'Kind', required: true, choices: [{ name: 'PB', value: 'pb' }] },
      { type: 4, name: 'amount', description: 'How many', required: true, min_value: 1 },
      { type: 3, name: 'board', description: 'Board', autocomplete: true },
      { type: 6, name: 'reader', description: 'Who' },
    ],
  },
  {
    name: 'admin',
    description: 'Staff',
    default_member_permissions: '32',
    options: [{ type: 1, name: 'sync', description: 'Sync', options: [] }],
  },
  { name: 'View profile', type: 2 },
];

beforeEach(async () => {
  sandbox = await startTestSandbox();
  endpoint = await startTestEndpoint(sandbox.publicKey);
  await sandbox.control('PUT', 'application', { interactions_endpoint_url: endpoint.url });
  await sandbox.bot('PUT', `/applications/${applicationId}/commands`, registeredCommands);
});
afterEach(async () => {
  await endpoint.close();
  await sandbox.close();
});

const invoke = (change = {}) =>
  sandbox.control('POST', 'interactions/command', {
    user_id: 'lena',
    channel_id: 'general',
    name: 'request',
    options: { type: 'pb', amount: '5' },
    ...change,
  });
const webhook = (interaction: Received, method: string, path: string, body?: unknown) =>
  request(method, `${sandbox.url()}/api/v10/webhooks/${applicationId}/${interaction.token}${path}`, body);

function lastReceived(): Received {
  const last = endpoint.received.at(-1);
  if (!last) throw new Error('The endpoint received nothing');
  return last;
}

test('a command arrives signed, typed and complete, and only the caller sees the answer', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'noted', flags: 64 } }));
  const { body } = await invoke({ options: { type: 'pb', amount: '5', reader: userIds.tara } });
  expect(body).toMatchObject({
    state: 'answered',
    response: { type: 4 },
    message: { content: 'noted', flags: 64 },
  });
  expect(lastReceived()).toMatchObject({
    type: 2,
    context: 0,
    channel_id: channelIds.general,
    member: { user: { username: 'lena' } },
    data: {
      name: 'request',
      options: [
        { name: 'type', type: 3, value: 'pb' },
        { name: 'amount', type: 4, value: 5 },
        { name: 'reader', type: 6, value: userIds.tara },
      ],
      resolved: { users: { [userIds.tara]: { username: 'tara' } } },
    },
  });
  const seen = async (as: string) =>
    (await sandbox.control('GET', `messages?channel_id=general&as=${as}`)).body.messages.length;
  expect([await seen('lena'), await seen('tara')]).toEqual([1, 0]);
  expect((await sandbox.bot('GET', `/channels/${channelIds.general}/messages`)).body).toEqual([]);
});

test.each([
  ['a missing option', { options: { type: 'pb' } }],
  ['a choice that does not exist', { options: { type: 'gold', amount: 5 } }],
  ['a number below the minimum', { options: { type: 'pb', amount: 0 } }],
  ['an unknown option', { options: { type: 'pb', amount: 5, colour: 'red' } }],
  ['a command without permission', { name: 'admin sync', options: {} }],
  ['a channel that the person cannot see', { channel_id: 'staff' }],
])('the client itself refuses %s', async (_, change) => {
  expect((await invoke(change)).status).toBe(400);
  expect(endpoint.received).toEqual([]);
});

test('an overwrite lets a person use a command without its permission', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'ok' } }));
  const { body } = await invoke({ name: 'admin sync', options: {}, force: true });
  expect(body.state).toBe('answered');
  expect(lastReceived()).toMatchObject({ data: { options: [{ name: 'sync', type: 1 }] } });
});

test('a deferred answer is a placeholder until it is edited, and follow-ups come after it', async () => {
  endpoint.answerWith(() => ({ type: 5, data: { flags: 64 } }));
  const { body } = await invoke({ wait: 'ack' });
  expect(body).toMatchObject({ state: 'thinking', message: { flags: 64 | 128 } });
  const edited = await webhook(lastReceived(), 'PATCH', '/messages/@original', { content: 'done' });
  expect(edited.body).toMatchObject({
    id: body.message.id,
    content: 'done',
    flags: 64,
    edited_timestamp: null,
  });
  const followUp = await webhook(lastReceived(), 'POST', '', { content: 'and more', flags: 64 });
  expect(followUp.status).toBe(200);
  expect((await webhook(lastReceived(), 'GET', '/messages/%40original')).body.content).toBe('done');
  expect((await webhook(lastReceived(), 'DELETE', `/messages/${followUp.body.id}`)).status).toBe(204);
});

test('without an answer within three seconds the interaction has failed, and its token is worthless', async () => {
  const waiting = invoke();
  await expect.poll(() => endpoint.received.length).toBe(1);
  await sandbox.control('POST', 'clock/advance', { ms: 3000 });
  expect((await waiting).body).toMatchObject({ state: 'failed', problem: 'no answer within 3 seconds' });
  const { id, token } = lastReceived();
  const late = await request('POST', `${sandbox.url()}/api/v10/interactions/${id}/${token}/callback`, {
    type: 5,
  });
  expect([late.status, late.body.code]).toEqual([404, 10062]);
  expect((await webhook(lastReceived(), 'POST', '', { content: 'x' })).body.code).toBe(10015);
});

test('a token lives 15 minutes', async () => {
  endpoint.answerWith(() => ({ type: 5 }));
  await invoke({ wait: 'ack' });
  await sandbox.control('POST', 'clock/advance', { ms: 15 * 60 * 1000 + 1 });
  const late = await webhook(lastReceived(), 'PATCH', '/messages/@original', { content: 'late' });
  expect([late.status, late.body.code]).toEqual([401, 50027]);
});

test('a second first answer is refused', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'first' } }));
  await invoke();
  const { id, token } = lastReceived();
  const second = await request('POST', `${sandbox.url()}/api/v10/interactions/${id}/${token}/callback`, {
    type: 4,
    data: { content: 'second' },
  });
  expect([second.status, second.body.code]).toEqual([400, 40060]);
});

test.each([
  ['a message that Discord would refuse', { type: 4, data: { content: 'a'.repeat(2001) } }],
  ['an empty message', { type: 4, data: {} }],
  ['choices for a command', { type: 8, data: { choices: [] } }],
  ['an update without a message', { type: 7, data: { content: 'x' } }],
  ['an unknown type', { type: 99 }],
])('%s counts as no answer', async (_, answer) => {
  endpoint.answerWith(() => answer);
  const { body } = await invoke();
  expect(body.state).toBe('failed');
  expect(body.problem).toMatch(/not valid/);
});

test('autocomplete sends what was typed so far and takes at most 25 choices', async () => {
  const ask = () =>
    sandbox.control('POST', 'interactions/autocomplete', {
      user_id: 'lena',
      channel_id: 'general',
      name: 'request',
      options: { board: 'we' },
      focused: 'board',
    });
  endpoint.answerWith(() => ({ type: 8, data: { choices: [{ name: 'Weekly', value: 'weekly' }] } }));
  expect((await ask()).body.response.data.choices).toEqual([{ name: 'Weekly', value: 'weekly' }]);
  expect(lastReceived()).toMatchObject({
    type: 4,
    data: { options: [{ name: 'board', value: 'we', focused: true }] },
  });
  const choices = Array.from({ length: 26 }, (_, index) => ({ name: `${index}`, value: `${index}` }));
  endpoint.answerWith(() => ({ type: 8, data: { choices } }));
  expect((await ask()).body.state).toBe('failed');
});

test('a button opens a modal, the modal is checked and answered, the message is updated', async () => {
  const input = { type: 4, custom_id: 'why', style: 2, max_length: 20 };
  const modal = {
    custom_id: 'reject',
    title: 'Reject',
    components: [{ type: 18, label: 'Reason', component: input }],
  };
  endpoint.answerWith((interaction) =>
    interaction.type === 5
      ? { type: 7, data: { content: 'rejected', components: [] } }
      : { type: 9, data: modal },
  );
  const card = await sandbox.bot('POST', `/channels/${channelIds.staff}/messages`, {
    content: 'request',
    components: [{ type: 1, components: [{ type: 2, style: 4, label: 'Reject', custom_id: 'r' }] }],
  });
  const click = (user_id: string) =>
    sandbox.control('POST', 'interactions/component', { user_id, message_id: card.body.id, custom_id: 'r' });
  expect((await click('lena')).status).toBe(400);
  expect((await click('otis')).body.response).toMatchObject({ type: 9, data: { title: 'Reject' } });
  const submit = (why: string) =>
    sandbox.control('POST', 'interactions/modal', { user_id: 'otis', custom_id: 'reject', fields: { why } });
  expect((await submit('')).status).toBe(400);
  expect((await submit('far too long for the field')).status).toBe(400);
  const { body } = await submit('no budget');
  expect(body).toMatchObject({
    state: 'answered',
    message: { id: card.body.id, content: 'rejected', components: [] },
  });
  expect(lastReceived()).toMatchObject({
    type: 5,
    message: { id: card.body.id },
    data: { components: [{ type: 18, component: { custom_id: 'why', value: 'no budget' } }] },
  });
});

test('a user command names its target', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'tara' } }));
  await invoke({ name: 'View profile', options: {}, target_id: userIds.tara });
  expect(lastReceived()).toMatchObject({
    data: { type: 2, target_id: userIds.tara, resolved: { members: { [userIds.tara]: {} } } },
  });
});

test('the same interaction can be delivered again, also with a wrong signature or another body', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'ok' } }));
  const { body } = await invoke();
  const again = (change = {}) =>
    sandbox.control('POST', `interactions/${body.interaction_id}/redeliver`, change);
  expect((await again()).body.status).toBe(200);
  expect(endpoint.received[1]).toEqual(endpoint.received[0]);
  expect((await again({ signature: 'wrong' })).body.status).toBe(401);
  expect((await sandbox.control('GET', 'messages?channel_id=general')).body.messages).toHaveLength(1);
});

test('an endpoint that does not check signatures cannot be saved', async () => {
  const careless = await startTestEndpoint('00'.repeat(32));
  const refused = await sandbox.bot('PATCH', '/applications/@me', {
    interactions_endpoint_url: careless.url,
  });
  expect([refused.status, refused.body.code]).toEqual([400, 50035]);
  expect((await sandbox.bot('GET', '/applications/@me')).body.interactions_endpoint_url).toBe(endpoint.url);
  await careless.close();
});
