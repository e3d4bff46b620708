import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';

const open = useBrowser();
const { environment, superuserUrl } = inject('stack');
const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
afterAll(() => sql.end());

/** These tests end sessions, so each uses a separate one. */
async function signIn(page: Page, persona: string): Promise<void> {
  await page.getByLabel('Email address').fill(`${persona}@dealscale.local`);
  await page.getByLabel('Password').fill('dealscale');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function openSignedIn(path: string, persona: string): Promise<Page> {
  const page = await open(`/sign-in?next=${encodeURIComponent(path)}`);
  await signIn(page, persona);
  await page.waitForURL((url) => url.pathname === path);
  return page;
}

const pathOf = (page: Page): string => new URL(page.url()).pathname;

/** Ends the session without the page noticing, like another tab whose broadcast does not arrive. */
async function signOutElsewhere(page: Page): Promise<void> {
  const headers = { origin: new URL(page.url()).origin };
  await page.request.post('/auth/sign-out', { headers, form: {} });
}

/** Resolves when the page learns that its session has ended. */
function waitUntilSessionJoined(page: Page): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      if (/"realtime:session:.*"ok"/.test(String(payload))) resolve();
    });
  });
  return promise;
}

test('after signing out, Back shows nothing private', async () => {
  const page = await openSignedIn('/profile', 'quinn');
  const answer = await page.reload();
  expect(answer?.headers()['cache-control']).toContain('no-store');
  await page.locator('summary').filter({ hasText: 'Account of' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/sign-in');
  expect(await page.getByRole('heading', { name: 'Ledger' }).count()).toBe(0);
});

test('a copied session is worthless once it has ended', async () => {
  const page = await openSignedIn('/profile', 'quinn');
  const cookies = await page.context().cookies();
  const token: { access_token: string } = await (await page.request.get('/auth/access-token')).json();
  await signOutElsewhere(page);
  const thief = await open('/');
  await thief.context().addCookies(cookies);
  await thief.goto('/profile');
  expect(pathOf(thief)).toBe('/sign-in');
  const answer = await fetch(`${environment.PUBLIC_SUPABASE_URL}/rest/v1/rpc/get_own_profile`, {
    method: 'POST',
    headers: {
      apikey: environment.PUBLIC_SUPABASE_PUBLISHABLE_KEY ?? '',
      authorization: `Bearer ${token.access_token}`,
      'content-type': 'application/json',
    },
    body: '{}',
  });
  expect(await answer.json()).toMatchObject({ code: 'DS401', details: 'not_signed_in' });
});

test('signing out everywhere ends the other device too, which keeps what is being typed', async () => {
  const here = await openSignedIn('/profile', 'quinn');
  const there = await openSignedIn('/profile', 'quinn');
  const joined = waitUntilSessionJoined(there);
  await there.reload();
  await joined;
  await there.getByLabel('What are they for?').fill('Half a sent');
  await here.getByRole('button', { name: 'Sign out everywhere' }).click();
  await here.getByText('You are signed out on every device.').waitFor();
  await there.waitForURL((url) => url.pathname === '/sign-in');
  expect(await there.getByRole('alert').textContent()).toContain('what you typed is kept');
  await signIn(there, 'quinn');
  await there.waitForURL((url) => url.pathname === '/profile');
  expect(await there.getByLabel('What are they for?').inputValue()).toBe('Half a sent');
});

test.each([
  ['with scripts', true],
  ['without scripts', false],
])('a request that is sent too late is kept and can be sent again, %s', async (_, javaScriptEnabled) => {
  const reason = `Too late ${javaScriptEnabled}`;
  const page = await open('/sign-in?next=/profile', { javaScriptEnabled });
  await page.routeWebSocket(/realtime/, () => {});
  await signIn(page, 'pia');
  await page.waitForURL((url) => url.pathname === '/profile');
  await page.getByRole('radio', { name: /Lead/ }).check();
  await page.getByLabel('Amount').fill('6');
  await page.getByLabel('What are they for?').fill(reason);
  await signOutElsewhere(page);
  const send = page.locator('form[action="?/request"] button[type=submit]');
  await send.click();
  await page.waitForURL((url) => url.pathname === '/sign-in');
  expect(await page.getByRole('alert').textContent()).toContain('nothing was sent');
  expect(await sql`select from public.credit_requests where reason = ${reason}`).toHaveLength(0);

  await signIn(page, 'pia');
  await page.waitForURL((url) => url.pathname === '/profile');
  expect(await page.getByRole('alert').textContent()).toContain('Your text is still here');
  expect(await page.getByRole('radio', { name: /Lead/ }).isChecked()).toBe(true);
  expect(await page.getByLabel('Amount').inputValue()).toBe('6');
  expect(await page.getByLabel('What are they for?').inputValue()).toBe(reason);
  await send.click();
  await expect
    .poll(() => sql`select amount, credit_type from public.credit_requests where reason = ${reason}`)
    .toEqual([{ amount: 6, credit_type: 'lead' }]);
});

test('what somebody typed is not shown to the next person who signs in', async () => {
  const page = await openSignedIn('/profile', 'pia');
  await page.routeWebSocket(/realtime/, () => {});
  await page.reload();
  await page.getByLabel('Amount').fill('6');
  await page.getByLabel('What are they for?').fill('A secret of Pia');
  await signOutElsewhere(page);
  await page.locator('form[action="?/request"] button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === '/sign-in');
  await signIn(page, 'quinn');
  await page.waitForURL((url) => url.pathname === '/profile');
  expect(await page.content()).not.toContain('A secret of Pia');
});

test('the comment on a late decision is still with its request', async () => {
  const reason = 'Decided too late';
  const [player] = await sql<{ id: string }[]>`select id from public.profiles where username = 'pia'`;
  await sql`select public.request_credits('ai', 5, ${reason}, 'too-late-1', ${player?.id ?? ''})`;
  const page = await open('/sign-in?next=/admin/requests', { javaScriptEnabled: false });
  await signIn(page, 'max');
  const card = page.getByRole('article').filter({ hasText: reason });
  await card.getByLabel(/Comment/).fill('Because it is Friday');
  await signOutElsewhere(page);
  await card.getByRole('button', { name: /Approve/ }).click();
  await page.waitForURL((url) => url.pathname === '/sign-in');
  await signIn(page, 'max');
  await page.waitForURL((url) => url.pathname === '/admin/requests');
  expect(await card.getByLabel(/Comment/).inputValue()).toBe('Because it is Friday');
  await card.getByRole('button', { name: /Approve/ }).click();
  await expect
    .poll(() => sql`select state from public.credit_requests where reason = ${reason}`)
    .toEqual([{ state: 'approved' }]);
});

test('a manager who loses the role loses the page at once', async () => {
  const setRole = (role: string) => sql`update public.profiles set role = ${role} where username = 'max'`;
  onTestFinished(async () => {
    await setRole('manager');
  });
  const page = await openSignedIn('/admin/requests', 'max');
  await waitUntilLive(page);
  await setRole('player');
  await page.getByText('Only managers can open this page.').waitFor();
  expect(await page.getByRole('article').count()).toBe(0);
});

test('newcomers and people who forgot their password are told what to do', async () => {
  const page = await open('/sign-in');
  await page.getByText('New here?').waitFor();
  await page.getByText('Forgot password?').click();
  await page.getByText('ask an admin for a new password').waitFor();
});

test('a link cannot redirect from sign-in to another site', async () => {
  const page = await open('/sign-in?next=/.//evil.example');
  await signIn(page, 'pia');
  await page.waitForURL((url) => url.pathname === '/');
  expect(new URL(page.url()).origin).toBe(new URL(environment.PUBLIC_WEB_URL ?? '').origin);
});
