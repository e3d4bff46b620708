import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';
import { choosePastPeriod } from './choose-past-period.ts';
import { endSprint, startSprint } from './sprint.ts';
import { takeLead } from './take-lead.ts';

const open = useBrowser();
const board = 'browser-sprint';

beforeAll(() => startSprint(board));

const first = (page: Page) =>
  page.getByRole('list', { name: 'The first three' }).getByRole('listitem').first();

test('movement of the own row is counted over the chosen window, also where it is pinned', async () => {
  await takeLead('quinn', board);
  await takeLead('pia', board);
  const page = await open(`/?board=${board}&from=5&movement=refresh`, { as: 'quinn' });
  const pinned = page.locator('tfoot tr');
  expect(await pinned.textContent()).toContain('Quinn');
  expect((await pinned.textContent())?.replace(/\s+/g, ' ')).toContain('down 1 place');
});

test('around me are the players directly above and below, for players on the board', async () => {
  const page = await open(`/?board=${board}`, { as: 'quinn' });
  await page.getByRole('link', { name: 'Around me' }).click();
  await page.waitForURL((url) => url.searchParams.get('around') === 'me');
  // Second on the board: three on the podium, and four more down to five places below.
  const podium = page.getByRole('list', { name: 'The first three' }).getByRole('listitem');
  expect(await podium.nth(1).textContent()).toMatch(/Quinn[\s\S]*You/);
  expect(await page.getByRole('rowheader').count()).toBe(4);
  const visitor = await open(`/?board=${board}&around=me`);
  expect(await visitor.getByRole('link', { name: 'Around me' }).count()).toBe(0);
  expect(await first(visitor).count()).toBe(1);
});

test('a page on screen continues with the next period by itself, and stays live', async () => {
  const page = await open(`/?board=${board}`);
  await waitUntilLive(page);
  await page.evaluate(() => document.body.setAttribute('data-untouched', ''));
  const before = page.getByRole('link', { name: /^Period before/ });
  expect(await before.count()).toBe(0);
  await endSprint(board);
  await before.waitFor();

  await takeLead('quinn', board);
  await first(page).getByRole('link', { name: /quinn/i }).waitFor();
  await takeLead('pia', board);
  await first(page).getByRole('link', { name: /pia/i }).waitFor();
  expect(await page.locator('body[data-untouched]').count()).toBe(1);
});

test('an archived period is found, final, and stays as it was', async () => {
  const page = await open(`/?board=${board}`);
  await choosePastPeriod(page, /202\d$/);
  await page.getByText('Final', { exact: true }).waitFor();
  expect(await first(page).textContent()).toContain('Pia');
  expect(await page.getByRole('columnheader', { name: 'Moved' }).count()).toBe(0);
  expect(await page.getByText(`Leaderboard · ${board}`).count()).toBe(1);
  expect(await page.getByRole('link', { name: /^Period after/ }).getAttribute('href')).toBe(
    `/?board=${board}`,
  );

  // The past shows dates instead of ages, and a visible way back.
  expect(await first(page).locator('time').textContent()).toMatch(/^[A-Z][a-z]{2} \d+, \d\d:\d\d$/);

  await takeLead('quinn', board);
  await page.reload();
  expect(await first(page).textContent()).toContain('Pia');
  await page.getByRole('link', { name: 'Current period' }).click();
  await first(page).getByRole('link', { name: /quinn/i }).waitFor();
  expect(await first(page).locator('time').textContent()).toMatch(/ago$|^just now$/);
});

test('a daily board offers no movement over windows longer than a day', async () => {
  const page = await open(`/?board=${board}&movement=week`);
  const spans = page.getByRole('navigation', { name: 'Change over' }).getByRole('link');
  expect((await spans.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())).toEqual([
    'the last 30 s',
    'the last Hour',
  ]);
  expect(await spans.last().getAttribute('aria-current')).toBe('true');
});

test('the final standings are downloaded as files for spreadsheets and for programs', async () => {
  const page = await open(`/?board=${board}`);
  await choosePastPeriod(page, /202\d$/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /CSV/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^dealscale-browser-sprint-\d{4}-\d\d-\d\d\.csv$/);
  const [head, winner] = (await readFile(await download.path(), 'utf8')).split('\r\n');
  expect(head).toBe('position,rank,player_id,username,display_name,score,reached_at,tier');
  expect(winner).toMatch(/^1,1,[0-9a-f-]{36},"pia","Pia Romero",\d+,/);

  const href = await page.getByRole('link', { name: /JSON/ }).getAttribute('href');
  const answer = await page.request.get(href ?? '');
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/json',
    'content-disposition': expect.stringMatching(/filename="dealscale-browser-sprint-.*\.json"/),
  });
  const file = z.object({
    archive_hash: z.string().length(64),
    player_count: z.number().min(14),
    standings: z.array(z.unknown()),
  });
  const { player_count, standings } = file.parse(await answer.json());
  expect(standings).toHaveLength(player_count);
});

test('a current period is not exported, with the reason', async () => {
  const page = await open(`/?board=${board}`);
  const version = await page.request.get(`/board-version?board=${board}`);
  const { period_id } = z.object({ period_id: z.number() }).parse(await version.json());
  const answer = await page.goto(`/export?board=${board}&period=${period_id}`);
  expect(answer?.status()).toBe(409);
  expect(await page.textContent('body')).toContain('not closed yet');
});

test('a missing board or period is named', async () => {
  const page = await open('/');
  for (const [address, sentence] of [
    ['?board=nope', 'This board does not exist.'],
    [`?board=${board}&period=999999`, 'This board has no such period.'],
  ]) {
    const answer = await page.goto(`/${address}`);
    expect(answer?.status()).toBe(404);
    expect(await page.textContent('main')).toContain(sentence);
    expect((await page.request.get(`/board-version${address}`)).status()).toBe(404);
  }
});
