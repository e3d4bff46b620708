import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { holdScripts, useBrowser } from '../support/browser-session.ts';
import { useDatabase } from '../support/use-database.ts';
import { takeLead } from './take-lead.ts';

const open = useBrowser();

test('the history of a player is drawn, described in words, and available as a table', async () => {
  const page = await open('/players/pia');
  for (const measure of ['Rank', 'Score']) {
    const figure = page.getByRole('figure', { name: measure });
    const line = figure.locator('svg path[d*="L"]').first();
    await line.waitFor();
    // A line through many moments, not a straight stroke.
    expect((await line.getAttribute('d'))?.match(/L/g)?.length).toBeGreaterThan(5);
    expect(await figure.getByText(/from [\d,]+ to [\d,]+, best [\d,]+/).count()).toBe(1);
  }
  await page.getByText('View as table').click();
  const rows = page.getByRole('region', { name: 'The last week' }).getByRole('row');
  expect(await rows.count()).toBeGreaterThan(5);
  const cells = await rows.nth(1).getByRole('cell').allTextContents();
  expect(cells.map((cell) => cell.trim())).toEqual([
    expect.stringMatching(/^[A-Z][a-z]{2} \d+, \d\d:\d\d$/),
    expect.stringMatching(/^\d+$/),
    expect.stringMatching(/^[\d,]+$/),
  ]);
});

test('a plot is there before scripts run, reads any moment, and fits a rotated screen', async () => {
  const page = await open('/compare?a=pia&b=quinn', { javaScriptEnabled: false });
  expect(await page.getByRole('figure', { name: 'Rank' }).locator('svg path').count()).toBe(2);

  const live = await open('/compare?a=pia&b=quinn');
  const figure = live.getByRole('figure', { name: 'Score' });
  const reader = figure.getByRole('slider');
  await reader.hover();
  await figure.getByText(/^[A-Z][a-z]{2} \d+, \d\d:\d\d UTC$/).waitFor();
  // By keyboard the same values are announced, from the last moment backwards.
  await reader.focus();
  await reader.press('End');
  const last = await reader.getAttribute('aria-valuetext');
  await reader.press('ArrowLeft');
  expect(await reader.getAttribute('aria-valuetext')).not.toBe(last);
  expect(last).toMatch(/UTC: Pia Romero [\d,]+, Quinn Tanaka [\d,]+$/);

  await live.setViewportSize({ width: 320, height: 740 });
  expect(await live.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('recent events and past periods of a player are listed', async () => {
  const page = await open('/players/pia');
  const events = page.getByRole('region', { name: 'Recent' }).getByRole('listitem');
  expect(await events.count()).toBeGreaterThan(5);
  expect(await events.first().textContent()).toMatch(/(Deal|Lead|Call|Task) [\s\S]*\+\d+/);

  const past = page.getByRole('region', { name: 'Past periods' }).getByRole('link');
  expect(await past.count()).toBeGreaterThanOrEqual(2);
  await past.first().click();
  await page.getByText('Final', { exact: true }).waitFor();
  expect(await page.getByRole('link', { name: 'Pia Romero' }).count()).toBeGreaterThan(0);
});

const headToHead = (page: Page) => page.getByRole('region', { name: 'Who’s ahead where' });

test('two players are chosen one after the other, and the choices are visible', async () => {
  const page = await open('/compare');
  await page.getByRole('combobox', { name: 'First player' }).fill('pia');
  await page.getByRole('option', { name: /@pia/ }).click();
  await page.waitForURL('**/compare?a=pia');
  await page
    .getByRole('region', { name: 'First player' })
    .getByRole('link', { name: 'Pia Romero' })
    .waitFor();
  await page.getByRole('combobox', { name: 'Second player' }).fill('quinn');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  await headToHead(page)
    .getByText(/has led since|leads by/)
    .first()
    .waitFor();
  // Places differ from ranks, which are written with #.
  expect(await headToHead(page).textContent()).not.toContain('#');
});

test('players are compared without scripts, and a wrong name keeps the other choice', async () => {
  const page = await open('/compare?a=pia', { javaScriptEnabled: false });
  await page.getByRole('combobox', { name: 'Second player' }).fill('nobody-here');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  expect(await page.getByRole('alert').textContent()).toContain('no player “nobody-here”');
  await page.getByRole('combobox', { name: 'Second player' }).fill('quinn');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  await headToHead(page).waitFor();
});

test('a name typed before the page is hydrated is kept, and looked for', async () => {
  const page = await open('/sign-in');
  const hydrate = await holdScripts(page);
  await page.goto('/compare?a=pia', { waitUntil: 'commit' });
  const field = page.getByRole('combobox', { name: 'Second player' });
  await field.fill('quinn');
  hydrate();
  await page.getByRole('option', { name: /@quinn/ }).click();
  await page.waitForURL('**/compare?a=pia&b=quinn');
});

test('a signed-in player is compared at once, with the neighbours and the leader one press away', async () => {
  // Two others lead, so that the leader is no neighbour.
  for (const username of ['pia', 'max']) await takeLead(username);
  const page = await open('/compare', { as: 'quinn' });
  await page
    .getByRole('region', { name: 'First player' })
    .getByRole('link', { name: 'Quinn Tanaka' })
    .waitFor();
  const suggested = page.getByRole('list', { name: 'Suggested players' }).getByRole('link');
  const texts = (await suggested.allTextContents()).join(' ');
  expect(texts).toContain('Just above you');
  expect(texts).toContain('#1');
  await suggested.first().click();
  await page.waitForURL('**/compare?a=quinn&b=*');
  await headToHead(page).waitFor();
  // Compared players are suggested again.
  const former = new URL(page.url()).searchParams.get('b');
  await page.goto('/compare?a=');
  await page.getByRole('list', { name: 'Suggested players' }).locator(`a[href*="=${former}&"]`).waitFor();
});

test('a player without points is welcomed in one card, with no empty plots and no empty choices', async () => {
  await useDatabase(
    (sql) => sql`
    insert into public.profiles (username, display_name) values ('nina-new', 'Nina New') on conflict do nothing`,
  );
  const page = await open('/players/nina-new');
  await page.getByRole('heading', { name: 'No points yet' }).waitFor();
  expect(await page.getByRole('figure').count()).toBe(0);
  expect(await page.locator('select').count()).toBe(0);
  expect(await page.locator('main').textContent()).not.toContain('all-time');
});

test('the board of the page is selected and named even if the player has no rank on it', async () => {
  const page = await open('/players/pia?board=no-such-board');
  expect(await page.getByLabel('Board').inputValue()).toBe('all-time');
  await page.getByRole('heading', { name: 'The last week · All time' }).waitFor();
});

test('a changed rank is explained to the player in the second person', async () => {
  const page = await open('/players/quinn?movement=week', { as: 'quinn' });
  const why = page.getByRole('region', { name: /your rank|entered the board/i });
  await why.getByText(/^You (are still|went|entered)/).waitFor();
});

test('a broken picture is replaced by the initials, whenever that was noticed', async () => {
  await useDatabase(
    (sql) =>
      sql`update public.profiles set avatar_url = 'https://cdn.discordapp.com/gone.png' where username = 'pia'`,
  );
  try {
    const page = await open('/sign-in');
    await page.route('https://cdn.discordapp.com/**', (route) => route.abort());
    const hydrate = await holdScripts(page);
    await page.goto('/players/pia', { waitUntil: 'commit' });
    await page.locator('main img[src*="gone.png"]').first().waitFor({ state: 'attached' });
    hydrate();
    await expect.poll(() => page.locator('main img[src*="gone.png"]').count()).toBe(0);
  } finally {
    await useDatabase((sql) => sql`update public.profiles set avatar_url = null where username = 'pia'`);
  }
});
