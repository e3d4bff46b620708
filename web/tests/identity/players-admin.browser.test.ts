import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

test('the palette finds pages and players by keyboard alone', async () => {
  const page = await open('/admin/players', { as: 'max' });
  await page.waitForLoadState('networkidle');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: /Find a page/ });
  await palette.getByRole('option', { name: 'Requests' }).or(palette.getByText('Requests')).first().waitFor();
  await page.keyboard.type('quinn');
  await palette.getByText('@quinn', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/players/quinn');
  await palette.waitFor({ state: 'detached' });
});

test('players are filtered, sorted, walked by keyboard and downloaded as they are filtered', async () => {
  const page = await open('/admin/players', { as: 'max' });
  await page.getByLabel('Role', { exact: true }).selectOption('admin');
  await page.waitForURL('**/admin/players?role=admin');
  await page.getByRole('row').filter({ hasText: '@ada' }).waitFor();
  await page.getByRole('link', { name: 'Clear filter' }).click();
  await page.waitForURL('**/admin/players');
  await page.getByLabel('Name', { exact: true }).fill('rom');
  await page.waitForURL('**/admin/players?q=rom');
  await page.getByRole('columnheader', { name: 'Player' }).getByRole('link').click();
  await page.waitForURL(/sort=-name/);
  expect(await page.getByRole('columnheader', { name: /Player/ }).getAttribute('aria-sort')).toBe(
    'descending',
  );
  const names = page.locator('tbody td.title a');
  await names.first().focus();
  await page.keyboard.press('j');
  expect(await names.nth(1).evaluate((link) => link === document.activeElement)).toBe(true);

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split('\r\n');
  expect(lines[0]).toContain('username,display_name');
  expect(lines).toHaveLength(1 + (await names.count()));
  expect(lines.slice(1).every((line) => /rom/i.test(line))).toBe(true);
});

test('the list filters and sorts without scripts', async () => {
  const page = await open('/admin/players?role=admin', { as: 'max', javaScriptEnabled: false });
  expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
  await page.getByLabel('Role', { exact: true }).selectOption('manager');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('row').filter({ hasText: '@max' }).waitFor();
});

test('an admin grants, holds and releases credits, and the trail tells it', async () => {
  const page = await open('/admin/players/quinn', { as: 'ada' });
  const move = async (act: string, amount: string, reason: string) => {
    await page.locator('summary').filter({ hasText: 'Move credits' }).click();
    await page.getByRole('radio', { name: act }).check();
    await page.getByLabel('Amount').fill(amount);
    await page.getByRole('textbox', { name: 'Reason', exact: true }).first().fill(reason);
    await page.getByRole('button', { name: act, exact: true }).click();
    await page.getByText('Done. The balance is up to date.').waitFor();
    await page.reload();
  };
  await move('Grant', '40', 'For the players page');
  await move('Put on hold', '15', 'Disputed order');
  await page.getByText('15 on hold').waitFor();
  await page.locator('summary').filter({ hasText: 'End this hold' }).click();
  await page.getByLabel(/Reason to end the hold/).fill('Settled');
  await page.getByRole('button', { name: 'Give back' }).click();
  await page.getByText('The hold has ended.').waitFor();
  await page.reload();
  const trail = page.getByRole('region', { name: 'Audit trail' });
  await trail.getByText('Credit hold ended').waitFor();
  await trail.getByText('reason: Settled').waitFor();
});

test('the only admin cannot step down', async () => {
  const page = await open('/admin/players/ada', { as: 'ada' });
  await page.getByLabel('Role', { exact: true }).selectOption('manager');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This is the only admin').waitFor();
  await page.goto('/admin/players?role=admin');
  await page.getByRole('row').filter({ hasText: '@ada' }).waitFor();
});

test('a void asks first, and takes the points off', async () => {
  const page = await open('/admin/players/quinn', { as: 'ada' });
  const events = page.getByRole('region', { name: 'Score events' });
  const event = events
    .getByRole('listitem')
    .filter({ has: page.locator('summary') })
    .first();
  await event.locator('summary').click();
  await event.getByRole('textbox').fill('Recorded twice');
  await event.getByRole('button', { name: 'Void' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Keep as it is' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await events.getByText('voided').count()).toBe(0);
  await event.getByRole('button', { name: 'Void' }).click();
  await dialog.getByRole('button', { name: 'Void the event' }).click();
  await events.getByText('Voided. The boards follow within 30 seconds.').waitFor();
  await events.getByText('voided', { exact: true }).waitFor();
});

test('a manager sees a player whole, but changes nothing', async () => {
  const page = await open('/admin/players/pia', { as: 'max' });
  await page.getByRole('region', { name: 'Credits' }).waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  expect(await page.locator('summary').filter({ hasText: 'Move credits' }).count()).toBe(0);
  const answer = await page.request.post('/admin/players/pia?/account', {
    form: { player_id: crypto.randomUUID(), role: 'admin', visibility: 'public' },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(answer.status()).toBe(403);
});
