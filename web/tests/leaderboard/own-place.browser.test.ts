import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { findNoonZone } from '#dev/tests/noon-zone.ts';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';
import { useDatabase } from '../support/use-database.ts';
import { takeLead } from './take-lead.ts';

const open = useBrowser();
const board = 'browser-own';

/** Creates a board with a separate metric, on which quinn is below a hundred newcomers, and an empty one. */
async function makeBoards(): Promise<void> {
  await useDatabase(async (sql) => {
    await sql`select public.add_score_rule('hand_shaken', 10), public.add_score_rule('hand_raised', 10)`;
    await sql`
      select public.create_board(${board}, ${board}, 'daily', array['hand_shaken'], ${findNoonZone()}),
        public.create_board('browser-new', 'browser-new', 'daily', array['hand_raised'], ${findNoonZone()})`;
    const players = await sql<{ id: string }[]>`
      insert into public.profiles (username, display_name)
      select 'own-' || number, 'Runner ' || number from generate_series(1, 120) as number returning id`;
    const [quinn] = await sql`select id from public.profiles where username = 'quinn'`;
    const events = [...players.map(({ id }, index) => [id, 20 + index]), [quinn?.id, 40]].map(
      ([player_id, units]) => ({
        external_id: crypto.randomUUID(),
        player_id,
        metric: 'hand_shaken',
        units,
        occurred_at: new Date().toISOString(),
      }),
    );
    await sql`select public.record_score_events('browser-test', ${sql.json(events)})`;
    await sql`call leaderboard.refresh_due_boards()`;
  });
}

beforeAll(makeBoards);

/** Whether the own row, or its pinned copy, is fully visible. */
const isOwnInSight = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [...document.querySelectorAll('tr.own')].some((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const isDrawn = getComputedStyle(row).visibility === 'visible';
      return isDrawn && top >= -1 && bottom <= innerHeight + 1 && bottom > top;
    }),
  );

const summary = (page: Page) => page.getByRole('region', { name: 'Your standing' });

test.each([
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
])('the own row is in sight wherever the page is scrolled to, $width pixels wide', async (viewport) => {
  const page = await open(`/?board=${board}`, { as: 'quinn', viewport, javaScriptEnabled: false });
  expect(await page.locator('tbody tr').count()).toBe(97);
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    await page.evaluate((share) => {
      const table = document.querySelector('table');
      const room = (table?.getBoundingClientRect().height ?? 0) - innerHeight;
      scrollTo({
        top: (table?.getBoundingClientRect().top ?? 0) + scrollY + Math.max(0, room) * share,
        behavior: 'instant',
      });
    }, part);
    expect(await isOwnInSight(page), String(part)).toBe(true);
  }
  expect(await page.locator('tr.own').count()).toBe(1);
});

test('the header of the page shows where I stand, and the gap to the next player', async () => {
  const page = await open(`/?board=${board}`, { as: 'quinn' });
  expect((await summary(page).allTextContents()).join().replace(/\s+/g, ' ')).toMatch(
    /^You’re [#T]\d+.* 400 points .*?(10 points to [#T]\d+|level with Runner 21)/,
  );
});

test('a leader is pinned once the podium is out of sight, with the lead', async () => {
  const page = await open('/', { as: 'pia', viewport: { width: 390, height: 600 } });
  await waitUntilLive(page);
  await takeLead('pia');
  await summary(page)
    .getByText(/ahead of #/)
    .waitFor();
  const pinned = page.locator('tfoot tr');
  expect(await pinned.isVisible()).toBe(false);
  await page.locator('tbody tr').nth(12).scrollIntoViewIfNeeded();
  await pinned.filter({ visible: true }).waitFor();
  expect(await isOwnInSight(page)).toBe(true);
});

test('a newcomer is welcomed and learns how to be ranked', async () => {
  const page = await open('/?board=browser-new', { as: 'quinn' });
  const note = page.getByRole('note');
  expect(await note.textContent()).toMatch(/Welcome, .*not ranked yet.*Close a deal/s);
  await page.goto('/?board=browser-new&around=me');
  expect(await note.textContent()).toContain('not ranked here yet, so this is the top');
});

test('a visitor reads what earns points, and what Discord is for', async () => {
  const page = await open('/?around=me', { javaScriptEnabled: false });
  expect(await page.getByRole('region', { name: 'How points work' }).textContent()).toMatch(
    /Deal closed\s*100.*Lead converted\s*25.*Call booked\s*10.*Task completed\s*5\s*up to 250 a day/s,
  );
  expect(await page.getByRole('note').textContent()).toMatch(
    /Sign in to see the players around you.*Discord/s,
  );
});

test('the arrow of a row explains the move: by mouse, by keyboard, and in the second person to me', async () => {
  const page = await open('/?movement=refresh', { as: 'quinn' });
  await waitUntilLive(page);
  for (const leader of ['quinn', 'pia', 'quinn']) await takeLead(leader);
  const own = summary(page).getByRole('button', { name: /up 1 place.*Why/ });
  await own.focus();
  await page.keyboard.press('Enter');
  const reason = page.getByRole('dialog', { name: 'Why your rank changed' });
  await reason.getByText(/^You went up from #2 to #1\. Points earned in this time: \+/).waitFor();
  await reason.getByRole('heading', { name: 'Passed 1' }).waitFor();
  await page.keyboard.press('Escape');
  await reason.waitFor({ state: 'detached' });
  expect(await own.evaluate((element) => element === document.activeElement)).toBe(true);

  const other = page
    .getByRole('listitem')
    .filter({ hasText: 'Pia' })
    .getByRole('button', { name: /down 1 place/ });
  await other.click();
  await page
    .getByRole('dialog', { name: 'Why Pia Romero’s rank changed' })
    .getByText('Passed by 1')
    .waitFor();
});
