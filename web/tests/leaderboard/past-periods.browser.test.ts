import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';
import { choosePastPeriod, openPastPeriods } from './choose-past-period.ts';
import { addQuietDays, beginGrace, startSprint, winLate } from './sprint.ts';

const open = useBrowser();
const board = 'browser-grace';

beforeAll(async () => {
  await startSprint(board, '1 day');
  await addQuietDays(board, 60);
  await beginGrace(board);
});

test('a period that has ended is found before it is final, even while nobody is on the next one', async () => {
  const page = await open(`/?board=${board}`, { javaScriptEnabled: false });
  await page.getByRole('heading', { name: 'waiting for its first score' }).waitFor();
  await choosePastPeriod(page, /202\d not final yet$/);
  await page.getByText('Not final yet', { exact: true }).waitFor();
  await page.waitForLoadState();
  expect(await page.getByText('late scores still count').count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/202\d$/);
  // A dozen at least: three on the podium.
  expect(await page.getByRole('rowheader').count()).toBeGreaterThanOrEqual(9);
  expect(await page.getByText('Download').count()).toBe(0);
});

test('a late score moves an ended period while it is on screen', async () => {
  const page = await open(`/?board=${board}`);
  await choosePastPeriod(page, /not final yet$/);
  await page.getByText('Not final yet', { exact: true }).waitFor();
  await winLate(board, 'quinn');
  const first = page.getByRole('list', { name: 'The first three' }).getByRole('listitem').first();
  await first.getByRole('link', { name: /quinn/i }).waitFor();
  // It counts where it happened; the next period has no events yet.
  await page.goto(`/?board=${board}`);
  await page.getByRole('heading', { name: 'waiting for its first score' }).waitFor();
});

test('all periods are found without scripts, down to the first one', async () => {
  const page = await open(`/?board=${board}`, { javaScriptEnabled: false });
  expect(await (await openPastPeriods(page)).count()).toBe(11);
  await page.getByRole('link', { name: 'All periods' }).click();
  await page.getByRole('heading', { level: 1, name: 'All periods' }).waitFor();
  const rows = page.getByRole('region', { name: 'Periods' }).getByRole('listitem');
  await page.waitForLoadState();
  expect(await rows.count()).toBe(50);
  expect(await rows.nth(0).textContent()).toContain('Running');
  expect(await rows.nth(1).textContent()).toMatch(/\d\d players\s+Not final yet/);
  expect(await rows.nth(2).textContent()).toMatch(/0 players\s+Final/);
  await page.getByRole('link', { name: 'Older' }).click();
  await page.getByRole('link', { name: 'Newest' }).waitFor();
  await page.waitForLoadState();
  expect(await rows.count()).toBe(12);
  expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
  await rows.last().getByRole('link').click();
  await page.getByRole('heading', { name: 'Nobody scored' }).waitFor();
  await page.getByText('Final', { exact: true }).waitFor();
  await page.waitForLoadState();
  // It is not among the latest, but can be downloaded.
  expect(await page.getByRole('link', { name: /CSV/ }).count()).toBe(1);
});
