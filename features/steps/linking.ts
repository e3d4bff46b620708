import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

async function startLinking(world: World, name: string): Promise<void> {
  const page = await world.pageOf(name);
  // The page is reloaded while an earlier change of the link is still arriving.
  await waitUntil('the profile offers to link Discord', async () => {
    await page.goto(`${world.webUrl}/profile`);
    return page.getByRole('button', { name: 'Link Discord' }).isVisible();
  });
  await page.getByRole('button', { name: 'Link Discord' }).click();
}

async function unlink(world: World, name: string): Promise<void> {
  const page = await world.pageOf(name);
  await page.goto(`${world.webUrl}/profile`);
  await page.getByText('Unlink Discord', { exact: true }).click();
  await page.getByRole('button', { name: /^Unlink @/ }).click();
  await page
    .getByRole('status')
    .filter({ hasText: /^\s*Unlinked\./ })
    .waitFor();
}

async function signInWithDiscord(world: World, name: string): Promise<void> {
  const page = await world.pageOf(name);
  await page.goto(`${world.webUrl}/sign-in?next=/profile`);
  await page.getByRole('button', { name: 'Continue with Discord' }).click();
  await world.consent(name, name, 'Authorize');
}

/** Removes the link and the Discord identity directly, so that a scenario starts from nothing. */
async function forgetLink(world: World, name: string): Promise<void> {
  await world.sql`delete from public.discord_links using public.profiles
    where profiles.id = discord_links.player_id and profiles.username = ${name}`;
  await world.sql`delete from auth.identities where provider = 'discord' and user_id in (
    select user_id from public.profiles where username = ${name})`;
}

Given('{string} has never signed in', async function (this: World, name: string) {
  const [row] = await this.sql`select count(*)::int as found from auth.identities
    where provider = 'discord' and identity_data ->> 'full_name' = ${name}`;
  assert.equal(row?.found, 0);
});

Given('{string} is signed in with e-mail', async function (this: World, name: string) {
  await this.signInWithEmail(name);
});

Given(
  '{string} has linked the Discord account {string}',
  async function (this: World, name: string, user: string) {
    if ((await this.linkedDiscordUser(name)) === user) return;
    await startLinking(this, name);
    await this.consent(name, user, 'Authorize');
  },
);

Given('{string} has signed in with Discord only', async function (this: World, name: string) {
  await signInWithDiscord(this, name);
});

Given('{string} has no Discord account linked', async function (this: World, name: string) {
  await forgetLink(this, name);
});

When('{string} signs in with Discord and consents', async function (this: World, name: string) {
  await signInWithDiscord(this, name);
});

When(
  '{string} links Discord and consents as {string}',
  async function (this: World, name: string, user: string) {
    await startLinking(this, name);
    await this.consent(name, user, 'Authorize');
  },
);

When('{string} links Discord and refuses', async function (this: World, name: string) {
  await startLinking(this, name);
  await this.consent(name, name, 'Cancel');
});

When('{string} unlinks Discord', async function (this: World, name: string) {
  await unlink(this, name);
});

When('somebody returns from Discord with a state that was never issued', async function (this: World) {
  const page = await this.pageOf('somebody');
  const api = new URL(this.api.url).origin;
  await page.goto(`${api}/auth/v1/callback?code=made-up&state=00000000-0000-4000-8000-000000000000`);
});

When('{string} uses \\/profile in Discord', async function (this: World, name: string) {
  this.answer = await this.sandbox.useCommand(name, 'profile');
});

Then('{string} is signed in on the web', async function (this: World, name: string) {
  const page = await this.pageOf(name);
  await page.goto(`${this.webUrl}/profile`);
  assert.equal(new URL(page.url()).pathname, '/profile');
});

Then('nobody is signed in', async function (this: World) {
  const page = await this.pageOf('somebody');
  await page.goto(`${this.webUrl}/profile`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
});

Then(
  '{string} is linked to the Discord account {string}',
  async function (this: World, name: string, user: string) {
    assert.equal(await this.linkedDiscordUser(name), user);
  },
);

Then('{string} is not linked', async function (this: World, name: string) {
  assert.equal(await this.linkedDiscordUser(name), null);
});

Then(/^"([^"]+)" is told (?:that|to) (.+)$/, async function (this: World, name: string, what: string) {
  const expected: Record<string, RegExp> = {
    'Discord was not linked': /Discord was not linked|not linked/i,
    'the Discord account belongs to another player': /another/i,
    'Discord stays the way to sign in': /only way to sign in/i,
  };
  const page = await this.pageOf(name);
  await page
    .getByText(expected[what] ?? what)
    .first()
    .waitFor();
});

Then(
  /^the audit log says that "([^"]+)" (linked|unlinked) Discord$/,
  async function (this: World, name: string, act: string) {
    const [row] = await this.sql`select count(*)::int as found from public.audit_log
    where subject_id = ${await this.playerId(name)} and action = ${act === 'linked' ? 'discord_link.created' : 'discord_link.removed'}`;
    assert.ok(Number(row?.found) > 0);
  },
);

Then('no tier role is left on the Discord account {string}', async function (this: World, user: string) {
  const tierRoles = ['Champion', 'Silver', 'Bronze', 'Top 10', 'Elite'];
  await waitUntil(`${user} wears no tier role`, async () => {
    const roles = await this.sandbox.readRoles(user);
    return !roles.some((role) => tierRoles.includes(role));
  });
});

Then(
  'the answer names {string} and is seen by {string} only',
  function (this: World, name: string, viewer: string) {
    const message = this.answer?.message;
    assert.ok(JSON.stringify(message).toLowerCase().includes(name));
    assert.equal(Number(message?.flags) & 64, 64, `ephemeral for ${viewer}`);
  },
);

Then('the answer offers to link the account', function (this: World) {
  const text = JSON.stringify(this.answer?.message);
  assert.match(text, /link/i);
  assert.ok(text.includes(this.webUrl));
});
