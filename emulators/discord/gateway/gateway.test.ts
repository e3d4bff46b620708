import { Client, Events, GatewayIntentBits, Partials } from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applicationId, guildId, roleIds, userIds } from '../testing/book-club.ts';
import { botToken, startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

const { Guilds, GuildMembers, GuildMessages, MessageContent } = GatewayIntentBits;

let sandbox: TestSandbox;
const clients: Client[] = [];
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.destroy();
  await sandbox.close();
});

function createClient(intents = [Guilds, GuildMembers, GuildMessages]): Client {
  const client = new Client({ intents, partials: [Partials.Channel], rest: { api: `${sandbox.url()}/api` } });
  client.on(Events.Error, () => undefined);
  clients.push(client);
  return client;
}

async function connect(intents?: GatewayIntentBits[]): Promise<Client> {
  const client = createClient(intents);
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(botToken);
  await ready;
  return client;
}

const rolePath = (roleId: string) => `guilds/${guildId}/members/lena/roles/${roleId}`;

const next = <Value>(client: Client, event: string, read: (...values: never[]) => Value) =>
  new Promise<Value>((resolve) =>
    client.once(event, (...values) => resolve(Reflect.apply(read, null, values))),
  );

test('discord.js becomes ready with the guild, its roles and itself; members come on request', async () => {
  const client = await connect();
  const guild = client.guilds.cache.get(guildId);
  expect([guild?.name, guild?.available, guild?.members.me?.id]).toEqual(['Book Club', true, applicationId]);
  expect(guild?.roles.cache.get(roleIds.host)?.name).toBe('Host');
  expect(guild?.members.cache.size).toBe(1);
  expect((await guild?.members.fetch())?.size).toBe(7);
});

test('joining, a new role and leaving are announced', async () => {
  const client = await connect();
  await sandbox.control('POST', 'users', { username: 'nina', global_name: 'Nina' });
  const joined = next(client, Events.GuildMemberAdd, (member: { displayName: string }) => member.displayName);
  await sandbox.control('POST', `guilds/${guildId}/members`, { user_id: 'nina' });
  expect(await joined).toBe('Nina');
  const updated = next(
    client,
    Events.GuildMemberUpdate,
    (_: unknown, member: { roles: { cache: Map<string, unknown> } }) =>
      member.roles.cache.has(roleIds.reader),
  );
  await sandbox.control('PUT', `guilds/${guildId}/members/nina/roles/${roleIds.reader}`);
  expect(await updated).toBe(true);
  const left = next(
    client,
    Events.GuildMemberRemove,
    (member: { displayName: string }) => member.displayName,
  );
  await sandbox.control('DELETE', `guilds/${guildId}/members/nina`);
  expect(await left).toBe('Nina');
});

test('events missed while disconnected arrive after the resume, in order', async () => {
  const client = await connect();
  // discord.js emits updates only for members in its cache.
  await client.guilds.cache.get(guildId)?.members.fetch(userIds.lena);
  const resumed = next(client, Events.ShardResume, () => true);
  const roles: (string | undefined)[] = [];
  client.on(Events.GuildMemberUpdate, (_, member) => roles.push(member.roles.highest.name));
  await sandbox.control('POST', 'gateway/drop', {});
  await sandbox.control('PUT', rolePath(roleIds.reader));
  await sandbox.control('PUT', rolePath(roleIds.host));
  await resumed;
  await expect.poll(() => roles).toEqual(['Reader', 'Host']);
});

test('the gateway can ask for a reconnect', async () => {
  const client = await connect();
  const resumed = next(client, Events.ShardResume, () => true);
  await sandbox.control('POST', 'gateway/drop', { code: null });
  expect(await resumed).toBe(true);
});

test('without the content intent, messages of others arrive empty', async () => {
  const client = await connect();
  const read = next(client, Events.MessageCreate, (message: { content: string }) => message.content);
  await sandbox.control('POST', 'messages', { user_id: 'lena', channel_id: 'general', content: 'secret' });
  expect(await read).toBe('');
  await sandbox.control('PUT', 'application', { allows_content_intent: true });
  const reader = await connect([Guilds, GuildMessages, MessageContent]);
  const open = next(reader, Events.MessageCreate, (message: { content: string }) => message.content);
  await sandbox.control('POST', 'messages', { user_id: 'lena', channel_id: 'general', content: 'open' });
  expect(await open).toBe('open');
});

test('intents that are not enabled, and wrong tokens, are refused', async () => {
  await sandbox.control('PUT', 'application', { allows_members_intent: false });
  await expect(createClient().login(botToken)).rejects.toThrow('Used disallowed intents');
  await expect(createClient([Guilds]).login('sandbox.wrong.token')).rejects.toThrow(
    'An invalid token was provided',
  );
});

test('interactions come over the gateway exactly if no endpoint is set', async () => {
  const client = await connect();
  await sandbox.bot('PUT', `/applications/${applicationId}/commands`, [
    { name: 'shelf', description: 'Your shelf' },
  ]);
  let count = 0;
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    count += 1;
    await interaction.deferReply({ flags: 64 });
    await interaction.editReply('You are first');
  });
  const command = { user_id: 'lena', channel_id: 'general', name: 'shelf' };
  const { body } = await sandbox.control('POST', 'interactions/command', command);
  expect(body).toMatchObject({
    state: 'answered',
    message: { content: 'You are first', ephemeral_for: userIds.lena },
  });
  await sandbox.control('PUT', 'application', { interactions_endpoint_url: 'http://127.0.0.1:9/' });
  expect((await sandbox.control('POST', 'interactions/command', command)).body.state).toBe('failed');
  expect(count).toBe(1);
});

test('events can be lost and doubled on demand', async () => {
  const client = await connect();
  const names: string[] = [];
  client.on(Events.Raw, (packet: { t: string | null }) => names.push(packet.t ?? ''));
  await sandbox.control('POST', 'faults', { kind: 'gateway_drop', path: 'GUILD_MEMBER_UPDATE' });
  await sandbox.control('PUT', rolePath(roleIds.reader));
  await sandbox.control('POST', 'faults', { kind: 'gateway_duplicate', path: 'MESSAGE_CREATE' });
  await sandbox.control('POST', 'messages', { user_id: 'tara', channel_id: 'general', content: 'x' });
  await sandbox.control('PUT', rolePath(roleIds.host));
  await expect.poll(() => names.at(-1)).toBe('GUILD_MEMBER_UPDATE');
  expect(names).toEqual(['MESSAGE_CREATE', 'MESSAGE_CREATE', 'GUILD_MEMBER_UPDATE']);
});
