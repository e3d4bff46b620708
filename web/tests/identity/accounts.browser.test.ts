import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

async function authorizeAs(page: Page, username: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`\\b${username}\\b`, 'i') }).check();
  await page.getByRole('button', { name: 'Authorize' }).click();
}

test('a wrong password is refused with what to do, and keeps the address', async () => {
  const page = await open('/sign-in');
  await page.getByLabel('Email address').fill('pia@dealscale.local');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  expect(await page.getByRole('alert').textContent()).toContain('Wrong email or password.');
  expect(await page.getByLabel('Email address').inputValue()).toBe('pia@dealscale.local');
});

test('signing in leads back to the page that asked for it, and the session is out of reach of scripts', async () => {
  const page = await open('/profile');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await page.getByLabel('Email address').fill('pia@dealscale.local');
  await page.getByLabel('Password').fill('dealscale');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/profile');
  const cookies = await page.context().cookies();
  const session = cookies.filter((cookie) => cookie.name.includes('auth-token'));
  expect(session.length).toBeGreaterThan(0);
  expect(session.every((cookie) => cookie.httpOnly)).toBe(true);

  await page.locator('summary').filter({ hasText: 'Account of' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.goto('/profile');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
});

test("attempts to guess one account's password are soon stopped, without locking out others at that address", async () => {
  const page = await open('/sign-in');
  const headers = { origin: new URL(page.url()).origin };
  const guess = async (email: string): Promise<number> => {
    const form = { email, password: 'a guess' };
    return (await page.request.post('/sign-in?/password', { form, headers })).status();
  };
  const addresses = ['nobody@dealscale.local', 'NoBody@dealscale.local'];
  const statuses = await Promise.all(
    [...addresses, ...addresses, ...addresses].flatMap((it) => [it, it]).map(guess),
  );
  expect(statuses.toSorted()).toEqual([...Array(10).fill(400), 429, 429]);
  expect(await guess('somebody-else@dealscale.local')).toBe(400);
});

test('a newcomer signs in with Discord', async () => {
  const page = await open('/sign-in?next=/profile');
  await page.getByRole('button', { name: 'Continue with Discord' }).click();
  await authorizeAs(page, 'rob');
  await page.waitForURL((url) => url.pathname === '/profile');
  await page.getByRole('heading', { name: 'Discord', exact: true }).waitFor();
  await page.getByText('@rob on Discord').waitFor();
});

test('a Discord account of somebody else is refused with what to do', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await page.getByRole('button', { name: 'Link Discord' }).click();
  await authorizeAs(page, 'pia');
  await page.waitForURL('**/profile?problem=*');
  expect(await page.getByRole('alert').textContent()).toContain('belongs to another player');
});

test('cancelling at Discord changes nothing and says so', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await page.getByRole('button', { name: 'Link Discord' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('nothing changed');
});

test('an e-mail account links Discord, sees the linked account, and unlinks again', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await page.getByRole('button', { name: 'Link Discord' }).click();
  await authorizeAs(page, 'quinn');
  await page.waitForURL('**/profile?linked=1');
  await page.getByText('You are @quinn. If that is not you').waitFor();

  await page.getByText('Unlink Discord', { exact: true }).click();
  await page.getByRole('button', { name: 'Unlink @quinn' }).click();
  await page.getByText('Your tier roles on Discord are being taken away').waitFor();
  await page.getByRole('button', { name: 'Link Discord' }).waitFor();
});

test('two tabs that link at once both show the result', async () => {
  const first = await open('/profile', { as: 'quinn' });
  const second = await first.context().newPage();
  await second.goto('/profile');
  for (const page of [first, second]) {
    await page.getByRole('button', { name: 'Link Discord' }).click();
    await page.waitForURL('**/oauth2/authorize**');
  }
  for (const page of [first, second]) {
    await authorizeAs(page, 'quinn');
    await page.waitForURL('**/profile?*');
    await page.getByText('Discord is linked', { exact: true }).waitFor();
    await page.getByText('@quinn on Discord').waitFor();
  }
  await first.goto('/profile');
  await first.getByText('Unlink Discord', { exact: true }).click();
  await first.getByRole('button', { name: 'Unlink @quinn' }).click();
  await first.getByText('Unlinked.').waitFor();
  await second.reload();
  await second.getByRole('button', { name: 'Link Discord' }).waitFor();
  expect(await second.getByText('Discord is linked', { exact: true }).count()).toBe(0);
});

test('a lost redirect from Discord loses no link', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await page.getByRole('button', { name: 'Link Discord' }).click();
  await page.waitForURL('**/oauth2/authorize**');
  const session = await page.context().cookies();
  await page.context().clearCookies({ name: /auth-token/ });
  await authorizeAs(page, 'quinn');
  await page.waitForURL('**/sign-in?*');
  expect(await page.getByRole('alert').textContent()).toContain('signed out on the way back');
  await page.context().addCookies(session);
  await page.goto('/profile');
  await page.getByText('@quinn on Discord').waitFor();
  await page.getByText('Unlink Discord', { exact: true }).click();
  await page.getByRole('button', { name: 'Unlink @quinn' }).click();
  await page.getByText('Unlinked.').waitFor();
});

test('the callback URL, opened by hand, tells people to start again', async () => {
  const page = await open('/auth/callback');
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  expect(await page.getByRole('alert').textContent()).toContain('Start again');
  await page.goto('/auth/callback?purpose=link&error=access_denied');
  expect(await page.getByRole('alert').textContent()).toContain('cancelled at Discord');
});

test('nobody is linked by a URL alone', async () => {
  const page = await open('/profile', { as: 'quinn' });
  const description = encodeURIComponent('Identity is already linked');
  await page.goto(
    `/auth/callback?purpose=link&error_code=identity_already_exists&error_description=${description}`,
  );
  await page.getByText('Discord is not linked', { exact: true }).waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('Start again');
});

test('a player chooses a display name; an unreadable one is refused and kept in the field', async () => {
  const page = await open('/profile', { as: 'quinn' });
  const name = page.getByLabel('Display name');
  const before = await name.inputValue();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await name.fill('\u200b');
  await save.click();
  expect(await page.getByRole('alert').textContent()).toContain('display name');
  await name.fill('  Quinn   the First ');
  await save.click();
  await page.getByRole('heading', { level: 1, name: 'Quinn the First', exact: true }).waitFor();
  await name.fill(before);
  await save.click();
  await page.getByRole('heading', { level: 1, name: before, exact: true }).waitFor();
});

test('a form sent from another site is refused', async () => {
  const page = await open('/', { as: 'pia' });
  const answer = await page.request.post('/auth/sign-out', {
    headers: { origin: 'https://evil.example' },
    form: {},
  });
  expect(answer.status()).toBe(403);
  await page.goto('/profile');
  expect(new URL(page.url()).pathname).toBe('/profile');
});
