import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';
import { useDatabase } from '../support/use-database.ts';
import { takeLead } from './take-lead.ts';

const open = useBrowser();

const steps = (page: Page) => page.getByRole('list', { name: 'The first three' }).getByRole('listitem');
const findChallenger = async (page: Page): Promise<'pia' | 'quinn'> =>
  (await steps(page).first().textContent())?.includes('Quinn') ? 'pia' : 'quinn';

/**
 * Records, from now on and at every change of the page, which podium steps showed another position's title.
 */
async function watchTitles(page: Page): Promise<void> {
  await page.evaluate(() => {
    const wrong: string[] = [];
    Object.assign(window, { wrong });
    const look = () => {
      for (const [index, title] of ['Champion', 'Silver', 'Bronze'].entries()) {
        const step = document.querySelector(`.place-${index + 1} .stand`)?.textContent ?? '';
        if (!step.includes(title)) wrong.push(step);
      }
      for (const badge of document.querySelectorAll('tbody .badge')) {
        if (/^(Champion|Silver|Bronze)$/.test(badge.textContent?.trim() ?? ''))
          wrong.push(badge.textContent ?? '');
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    look();
  });
}

const readWrong = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(window, 'wrong'));

test("a title is never on another player's step, no matter who takes the lead", async () => {
  const page = await open('/');
  await waitUntilLive(page);
  await watchTitles(page);
  for (let turn = 0; turn < 3; turn += 1) {
    const challenger = await findChallenger(page);
    await takeLead(challenger);
    await steps(page)
      .first()
      .getByRole('link', { name: new RegExp(challenger, 'i') })
      .waitFor();
  }
  expect(await readWrong(page)).toEqual([]);
});

test('a board that holds titles shows on the step when the title passes', async () => {
  const hold = (refreshes: number) =>
    useDatabase(
      (sql) => sql`update public.boards set title_hold_refreshes = ${refreshes} where slug = 'all-time'`,
    );
  const page = await open('/');
  await waitUntilLive(page);
  await hold(2);
  try {
    await watchTitles(page);
    const challenger = await findChallenger(page);
    await takeLead(challenger);
    const first = steps(page).first();
    await first.getByRole('link', { name: new RegExp(challenger, 'i') }).waitFor();
    await first.getByText(/^Champion in (1 min|\d+ s)$/).waitFor();
    for (const refresh of [1, 2])
      await useDatabase(async (sql) => {
        await sql`call leaderboard.refresh_due_boards()`;
        return refresh;
      });
    await first.getByText('Champion', { exact: true }).waitFor();
    expect(await readWrong(page)).toEqual([]);
  } finally {
    await hold(0);
  }
});

test('a refresh shows who took the lead, and what each player gained', async () => {
  const page = await open('/', { reducedMotion: 'reduce' });
  await waitUntilLive(page);
  const challenger = await findChallenger(page);
  await takeLead(challenger);
  await page
    .getByRole('status', { name: 'News' })
    .getByText(/^(Pia Romero|Quinn Tanaka) took #1$/)
    .waitFor();
  await steps(page).first().getByText(/^\+\d/).waitFor();
});

test('without news the page shows that it is up to date, and counts nothing down', async () => {
  const page = await open('/');
  await waitUntilLive(page);
  const status = page.getByText('up to date').locator('..');
  expect((await status.textContent())?.replace(/\s+/g, ' ')).toMatch(/Live up to date last change .* ago/);
  expect(await page.getByText('next in').count()).toBe(0);
});

test.each(['/', '/?board=weekly'])(
  'the slash key focuses the search of %s, and stays a character where text is typed',
  async (path) => {
    const page = await open(path);
    await waitUntilLive(page);
    await page.keyboard.press('/');
    const search = page.getByRole('combobox');
    expect(await search.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type('a/b');
    expect(await search.inputValue()).toBe('a/b');
  },
);

test("search results have a separate title, not the podium's", async () => {
  const page = await open('/?q=pia', { javaScriptEnabled: false });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Find a player');
  expect(await steps(page).count()).toBe(0);
});
