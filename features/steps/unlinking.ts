import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

async function countTokens(world: World, user: string): Promise<number> {
  const [row] = await world.sql`
    select count(*)::int as found from identity.discord_tokens
    where discord_user_id = ${await world.sandbox.readUserId(user)}`;
  return Number(row?.found);
}

async function findLinkedPlayer(world: World, user: string): Promise<string | null> {
  const [row] = await world.sql`
    select player_id from public.discord_links
    where discord_user_id = ${await world.sandbox.readUserId(user)}`;
  return row ? String(row.player_id) : null;
}

Given('there is a Discord account {string}', async function (this: World, user: string) {
  await this.sandbox.createUser(user, `${user} of Discord`);
});

Given('we hold a working token of the Discord account {string}', async function (this: World, user: string) {
  assert.equal(await countTokens(this, user), 1);
  assert.equal(await this.sandbox.isAuthorised(user), true);
});

When('{string} uses \\/unlink in Discord and confirms', async function (this: World, name: string) {
  const asked = await this.sandbox.useCommand(name, 'unlink');
  const customId = /"custom_id":"([^"]+)"/.exec(JSON.stringify(asked.message))?.[1] ?? '';
  this.answer = await this.sandbox.click(name, asked.message?.id ?? '', customId);
});

When("{string} deauthorises the app in Discord's settings", async function (this: World, user: string) {
  await this.sandbox.deauthorise(user);
});

When('the account of {string} is erased', async function (this: World, name: string) {
  await this.sql`delete from auth.users where id = (
    select user_id from public.profiles where username = ${name})`;
});

When('{string} signs in with Discord again', async function (this: World, user: string) {
  const page = await this.pageOf(`${user}, back again`);
  await page.goto(`${this.webUrl}/sign-in?next=/profile`);
  await page.getByRole('button', { name: 'Continue with Discord' }).click();
  await this.consent(`${user}, back again`, user, 'Authorize');
});

Then('the link of {string} ends', async function (this: World, name: string) {
  await waitUntil(`${name} is not linked`, async () => (await this.linkedDiscordUser(name)) === null);
});

Then('no token of the Discord account {string} works any more', async function (this: World, user: string) {
  await waitUntil(`the tokens of ${user} are dead`, async () => !(await this.sandbox.isAuthorised(user)));
});

Then('no token of the Discord account {string} is kept', async function (this: World, user: string) {
  await waitUntil(`the tokens of ${user} are deleted`, async () => (await countTokens(this, user)) === 0);
});

Then('the Discord account {string} is linked to nobody', async function (this: World, user: string) {
  assert.equal(await findLinkedPlayer(this, user), null);
});

Then(
  'the web and Discord know the Discord account {string} as the same new player',
  async function (this: World, user: string) {
    const player = await findLinkedPlayer(this, user);
    assert.notEqual(player, null);
    assert.notEqual(player, await this.playerId(user));
    const [row] = await this.sql`select username from public.profiles where id = ${player}`;
    const page = await this.pageOf(`${user}, back again`);
    await page.getByRole('main').getByText(`@${row?.username}`, { exact: true }).waitFor();
    await this.sandbox.joinGuild(user);
    this.answer = await this.sandbox.useCommand(user, 'profile');
    assert.ok(this.answerText.includes(String(row?.username)));
  },
);
