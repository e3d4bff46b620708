import type { Page, WebSocketRoute } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';

const open = useBrowser();

test('a page chosen while offline keeps the app, shows that, and opens by itself afterwards', async () => {
  const page = await open('/compare?a=pia&b=quinn');
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => Object.assign(window, { isSameApp: true }));
  await page.context().setOffline(true);
  const notice = page.getByRole('status').filter({ hasText: 'You’re offline.' });
  await notice.waitFor();
  // A page that was not opened before, so its modules are not loaded either.
  await page.getByRole('contentinfo').getByRole('link', { name: 'Leaderboard' }).click();
  await notice.getByText('opens as soon as you’re back').waitFor();
  expect(new URL(page.url()).pathname).toBe('/compare');
  await page.getByRole('heading', { name: 'Head to head' }).waitFor();

  await page.context().setOffline(false);
  await page.waitForURL((url) => url.pathname === '/');
  await waitUntilLive(page);
  expect(await notice.count()).toBe(0);
  expect(await page.evaluate(() => Reflect.get(window, 'isSameApp'))).toBe(true);
});

test('a network failure that the browser does not notice is waited for as well', async () => {
  const page = await open('/');
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => Object.assign(window, { isSameApp: true }));
  // Preloading on hover is disabled here, so the press is what fails.
  const away = '**/{__data.json*,healthz}';
  await page.route(away, (route) => route.abort('connectionfailed'));
  await page.getByRole('navigation', { name: 'Boards' }).getByRole('link', { name: 'This week' }).click();
  await page.getByRole('status').filter({ hasText: 'You’re offline.' }).waitFor();
  await page.unroute(away);
  await page.getByRole('heading', { name: 'This week' }).waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'isSameApp'))).toBe(true);
});

test('a slow page shows its progress', async () => {
  const page = await open('/sign-in');
  await page.waitForLoadState('networkidle');
  const arriving = Promise.withResolvers<void>();
  await page.route('**/compare/__data.json*', async (route) => {
    await arriving.promise;
    await route.continue();
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Compare' }).click();
  await page.locator('.bar').waitFor();
  arriving.resolve();
  await page.getByRole('heading', { name: 'Head to head' }).waitFor();
  await expect.poll(() => page.locator('.bar').count()).toBe(0);
});

test('a form that does not arrive shows that, and keeps what was typed', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await page.waitForLoadState('networkidle');
  await page.getByLabel('Amount').fill('15');
  await page.getByLabel('What are they for?').fill('A call list that took an hour to write');
  await page.route('**/profile?/request', (route) => route.abort('connectionfailed'));
  await page.getByRole('button', { name: 'Request credits' }).click();
  await page.getByRole('alert').filter({ hasText: 'did not reach us' }).waitFor();
  expect(await page.getByLabel('Amount').inputValue()).toBe('15');
  expect(await page.getByLabel('What are they for?').inputValue()).toContain('took an hour');
});

/** Takes control of a page's live connection, to cut it and to keep it from reconnecting until it is given back. */
async function holdConnection(page: Page) {
  const sockets: WebSocketRoute[] = [];
  let isAway = false;
  await page.routeWebSocket(/realtime/, (socket) => {
    sockets.push(socket);
    if (!isAway) socket.connectToServer();
  });
  const cut = () => sockets.at(-1)?.close();
  return {
    lose: () => {
      isAway = true;
      return cut();
    },
    giveBack: () => {
      isAway = false;
      return cut();
    },
  };
}

test('what happens while the live connection is lost is read once it is back', async () => {
  const reason = 'Asked for while nobody heard';
  const manager = await open('/sign-in', { as: 'max' });
  const connection = await holdConnection(manager);
  await manager.goto('/admin/requests');
  await waitUntilLive(manager);
  await connection.lose();
  await manager.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor();

  const player = await open('/profile', { as: 'quinn' });
  await player.getByLabel('Amount').fill('2');
  await player.getByLabel('What are they for?').fill(reason);
  await player.getByRole('button', { name: 'Request credits' }).click();
  await player.getByText('Request sent.').waitFor();
  expect(await manager.getByText(reason).count()).toBe(0);

  await connection.giveBack();
  await manager.getByText(reason).waitFor();
  await waitUntilLive(manager);
});
