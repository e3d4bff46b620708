import { afterAll, beforeAll, expect, test } from 'vitest';
import { channelIds, guildId, roleIds, userIds } from '../testing/book-club.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const messagesPath = `/channels/${channelIds.general}/messages`;
const button = (change = {}) => ({ type: 2, style: 1, label: 'Go', custom_id: 'go', ...change });
const row = (...components: unknown[]) => ({ type: 1, components });
const text = (content: string) => ({ type: 10, content });
const componentsV2Flag = 1 << 15;

test('the same enforced nonce returns the same message', async () => {
  const draft = { content: 'once', nonce: 'board-1', enforce_nonce: true };
  const [first, second] = [
    await sandbox.bot('POST', messagesPath, draft),
    await sandbox.bot('POST', messagesPath, draft),
  ];
  expect(second.body.id).toBe(first.body.id);
  const { messages } = (await sandbox.control('GET', 'messages?channel_id=general')).body;
  expect(messages.filter((message: { content: string }) => message.content === 'once')).toHaveLength(1);
});

test('a message is edited, listed newest first and deleted', async () => {
  const { body: message } = await sandbox.bot('POST', messagesPath, { content: `one <@${userIds.lena}>` });
  expect(message.mentions[0].username).toBe('lena');
  const edited = await sandbox.bot('PATCH', `${messagesPath}/${message.id}`, { components: [row(button())] });
  expect(edited.body).toMatchObject({
    content: message.content,
    components: [{ components: [{ custom_id: 'go' }] }],
  });
  expect(edited.body.edited_timestamp).not.toBeNull();
  expect((await sandbox.bot('GET', `${messagesPath}?limit=1`)).body[0].id).toBe(message.id);
  expect((await sandbox.bot('DELETE', `${messagesPath}/${message.id}`)).status).toBe(204);
  expect((await sandbox.bot('GET', `${messagesPath}/${message.id}`)).body.code).toBe(10008);
});

test('components come back with ids and defaults', async () => {
  const section = { type: 9, components: [text('a')], accessory: button() };
  const { status, body } = await sandbox.bot('POST', messagesPath, {
    flags: componentsV2Flag,
    components: [{ type: 17, components: [section, { type: 14 }] }],
  });
  expect(status).toBe(200);
  expect(body.components[0]).toMatchObject({
    id: 1,
    accent_color: null,
    spoiler: false,
    components: [
      { id: 2, accessory: { custom_id: 'go' } },
      { divider: true, spacing: 1 },
    ],
  });
});

test.each([
  ['nothing to show', {}, 50006],
  ['2001 characters', { content: 'a'.repeat(2001) }, 50035],
  [
    '6001 characters in embeds',
    { embeds: [{ description: 'a'.repeat(4000) }, { description: 'a'.repeat(2001) }] },
    50035,
  ],
  ['a button without custom_id', { components: [row({ type: 2, style: 1, label: 'x' })] }, 50035],
  ['a link without url', { components: [row({ type: 2, style: 5, label: 'x' })] }, 50035],
  [
    'six buttons in a row',
    { components: [row(...[1, 2, 3, 4, 5, 6].map((n) => button({ custom_id: `${n}` })))] },
    50035,
  ],
  ['one custom_id twice', { components: [row(button(), button())] }, 50035],
  [
    'a container without the componentsV2Flag flag',
    { components: [{ type: 17, components: [text('a')] }] },
    50035,
  ],
  ['content together with V2', { flags: componentsV2Flag, content: 'a', components: [text('a')] }, 50035],
  [
    '41 components',
    {
      flags: componentsV2Flag,
      components: Array.from({ length: 21 }, () => ({ type: 17, components: [text('a')] })),
    },
    50035,
  ],
  [
    'an attachment that was not sent',
    {
      flags: componentsV2Flag,
      components: [{ type: 12, items: [{ media: { url: 'attachment://a.png' } }] }],
    },
    50035,
  ],
])('Discord refuses a message with %s', async (_, draft, code) => {
  // The message rate limit is out of scope here.
  await sandbox.control('POST', 'clock/advance', { ms: 5000 });
  const refused = await sandbox.bot('POST', `/channels/${channelIds.reading}/messages`, draft);
  expect([refused.status, refused.body.code]).toEqual([400, code]);
});

test('errors are at the path of the problem', async () => {
  const wrong = { content: 5, components: [row({ type: 2, style: 9, label: 'x' })] };
  const { body } = await sandbox.bot('PATCH', `${messagesPath}/1`, wrong);
  expect(body.errors.content._errors[0].code).toBe('BASE_TYPE_BAD_TYPE');
  expect(body.errors.components['0'].components['0'].style._errors[0].code).toBe('BASE_TYPE_CHOICES');
});

test('opening a conversation always works; writing fails if it is closed or no guild is shared', async () => {
  const { body: dm } = await sandbox.bot('POST', '/users/@me/channels', { recipient_id: userIds.tara });
  const send = () => sandbox.bot('POST', `/channels/${dm.id}/messages`, { content: 'hi' });
  expect((await send()).status).toBe(200);
  await sandbox.control('PUT', 'users/tara', { dms_open: false });
  const again = await sandbox.bot('POST', '/users/@me/channels', { recipient_id: userIds.tara });
  expect([again.status, again.body.id]).toEqual([200, dm.id]);
  expect((await send()).body.code).toBe(50007);
  await sandbox.control('DELETE', `guilds/${guildId}/members/tara`);
  expect((await send()).body.code).toBe(50278);
});

test('an uploaded file is shown where the message refers to it', async () => {
  const form = new FormData();
  const draft = {
    flags: componentsV2Flag,
    components: [{ type: 12, items: [{ media: { url: 'attachment://card.png' } }] }],
  };
  form.set('payload_json', JSON.stringify(draft));
  form.set('files[0]', new Blob(['png'], { type: 'image/png' }), 'card.png');
  const path = `/channels/${channelIds.staff}/messages`;
  const headers = { authorization: 'Bot sandbox.bot.token' };
  const response = await fetch(`${sandbox.url()}/api/v10${path}`, { method: 'POST', headers, body: form });
  const { components } = await response.json();
  const file = await fetch(components[0].items[0].media.url);
  expect([await file.text(), file.headers.get('content-type')]).toEqual(['png', 'image/png']);
});

test('a channel that the bot cannot see is closed to it', async () => {
  const other = await startTestSandbox();
  await other.control('PUT', `roles/${guildId}`, { permissions: '0' });
  const refused = await other.bot('GET', `/channels/${channelIds.general}`);
  expect([refused.status, refused.body.code]).toEqual([403, 50001]);
  await other.close();
});

test('unknown routes are answered 501, loudly', async () => {
  const unknown = await sandbox.bot('POST', `/guilds/${guildId}/roles`, { name: 'x' });
  expect(unknown.status).toBe(501);
  expect(
    (
      await sandbox.bot('POST', messagesPath, {
        content: 'x',
        poll: { question: { text: 'a' }, answers: [] },
      })
    ).status,
  ).not.toBe(200);
  const { notices } = (await sandbox.control('GET', 'log')).body;
  expect(
    notices.some(
      (notice: { level: string; kind: string }) => notice.level === 'loud' && notice.kind === 'unknown-route',
    ),
  ).toBe(true);
  expect((await sandbox.bot('GET', `/guilds/${guildId}/roles`)).body).toHaveLength(
    Object.keys(roleIds).length + 1,
  );
});

test('a wrong bot token is 401', async () => {
  const reply = await sandbox.bot('GET', '/users/@me', undefined, { authorization: 'Bot wrong' });
  expect([reply.status, reply.body]).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
});
