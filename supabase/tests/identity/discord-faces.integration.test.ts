import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { listEvents } from '../credits/credit-stage.ts';
import { runAs } from '../personas.ts';
import { AuthPlay, type DiscordAccount } from './auth-play.ts';

let database: TestDatabase;
let auth: AuthPlay;
beforeEach(async () => {
  database = await createTestDatabase();
  auth = new AuthPlay(database.sql);
});
afterEach(() => database.drop());

const pixel: DiscordAccount = { id: '111111111111111111', username: 'pixel', email: 'pixel@dealscale.local' };
const picture = (name: string) => `https://cdn.discordapp.com/avatars/1/${name}.png`;

async function show(user_id: string) {
  const [profile] = await database.sql`
    select display_name, avatar_url from public.profiles where user_id = ${user_id}`;
  return profile;
}

async function tell(
  verb: 'record' | 'report',
  display_name: string | null,
  avatar_url: string | null = null,
) {
  const [row] = await runAs(
    database,
    'service_role',
    (transaction) =>
      transaction`select public.${transaction(`${verb}_discord_user`)}(
        ${pixel.id}, ${pixel.username}, ${display_name}, ${avatar_url}) as answer`,
  );
  return row?.answer;
}

async function chooseName(user_id: string, display_name: string): Promise<void> {
  const [profile] = await database.sql`select id from public.profiles where user_id = ${user_id}`;
  await runAs(
    database,
    { user_id, player_id: String(profile?.id) },
    (transaction) => transaction`select public.update_own_profile(display_name => ${display_name})`,
  );
}

test('a player from Discord has their Discord name, from one sign-in to the next', async () => {
  const user = await auth.signIn(pixel);
  expect(await show(user)).toEqual({ display_name: 'pixel', avatar_url: null });
  await auth.signIn({ ...pixel, username: 'voxel' });
  expect(await show(user)).toEqual({ display_name: 'voxel', avatar_url: null });
});

test("Discord's updates between sign-ins reach the profile too, and an unlink loses nothing", async () => {
  const user = await auth.signIn(pixel);
  expect(await tell('record', 'Pixel', picture('a'))).toBe(true);
  expect(await show(user)).toEqual({ display_name: 'Pixel', avatar_url: picture('a') });
  expect(await tell('record', 'Pixel', picture('a'))).toBe(false);
  expect(await tell('record', 'Pixel', 'https://cdn.discordapp.com/embed/avatars/1.png')).toBe(true);
  expect(await show(user)).toEqual({ display_name: 'Pixel', avatar_url: null });
  await database.sql`select public.unlink_discord((select id from public.profiles where user_id = ${user}))`;
  expect(await tell('record', 'Somebody', picture('b'))).toBe(false);
  await auth.signIn({ ...pixel, username: 'voxel' });
  expect(await show(user)).toEqual({ display_name: 'voxel', avatar_url: null });
});

test('a name that the player chose stays, until it is Discord’s again', async () => {
  const user = await auth.signIn(pixel);
  await chooseName(user, 'The One');
  await tell('record', 'Pixel', picture('a'));
  expect(await show(user)).toEqual({ display_name: 'The One', avatar_url: picture('a') });
  await chooseName(user, 'Pixel');
  await tell('record', 'Pixie', picture('a'));
  expect(await show(user)).toEqual({ display_name: 'Pixie', avatar_url: picture('a') });
});

test('a player named by DealScale keeps that name, and gets a picture', async () => {
  const user = await auth.createEmailUser('ada@dealscale.local');
  await auth.link(user, pixel);
  await tell('record', 'Pixel', picture('a'));
  expect(await show(user)).toEqual({ display_name: 'ada', avatar_url: picture('a') });
});

test('an unpresentable name is made presentable, and never blocks a sign-up', async () => {
  const user = await auth.signIn(pixel);
  await tell('record', 'Pi\u202exel\n**#1**');
  expect(await show(user)).toMatchObject({ display_name: 'Pixel **#1**' });
  await tell('record', '\u200b\u2060');
  expect(await show(user)).toMatchObject({ display_name: 'pixel' });
});

test('an event, which is only a hint, is written only if a linked account changed', async () => {
  await auth.signIn(pixel);
  expect(await tell('report', null)).toBeNull();
  expect(await tell('report', null, 'https://cdn.discordapp.com/embed/avatars/1.png')).toBeNull();
  expect(await tell('report', 'Pi\u200bxel')).not.toBeNull();
  expect(await listEvents(database)).toEqual(['discord/link.created', 'discord/user.changed']);
  await tell('record', 'Pixel');
  expect(await tell('report', 'Pi\u200bxel')).toBeNull();
  const [event] = await database.sql`select data from platform.outbox where name = 'discord/user.changed'`;
  expect(event?.data).toEqual({ discord_user_id: pixel.id });
});
