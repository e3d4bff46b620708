import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { holdScripts, useBrowser } from './browser-session.ts';

const open = useBrowser();

test('the history of a player is drawn, told in words, and there as a table', async () => {
  const page = await open('/players/pia');
  for (const measure of ['Place', 'Score']) {
    const figure = page.getByRole('figure', { name: measure });
    const line = figure.locator('svg path[d*="L"]').first();
    await line.waitFor();
    // A line through many moments, not a stroke from one to the next.
    expect((await line.getAttribute('d'))?.match(/[LC]/g)?.length).toBeGreaterThan(5);
    expect(await figure.getByText(/from [\d,]+ to [\d,]+, best [\d,]+/).count()).toBe(1);
  }
  await page.getByText('The same as a table').click();
  const rows = page.getByRole('region', { name: 'The last week' }).getByRole('row');
  expect(await rows.count()).toBeGreaterThan(5);
  const cells = await rows.nth(1).getByRole('cell').allTextContents();
  expect(cells.map((cell) => cell.trim())).toEqual([
    expect.stringMatching(/\d{4}, \d\d:\d\d$/),
    expect.stringMatching(/^\d+$/),
    expect.stringMatching(/^[\d,]+$/),
  ]);
});

test('a plot that is not drawn anew yet makes the page no wider than a screen that was turned', async () => {
  const page = await open('/compare?a=pia&b=quinn');
  await page.addInitScript(() => {
    const Observer = ResizeObserver;
    window.ResizeObserver = class extends Observer {
      constructor(callback: ResizeObserverCallback) {
        super((entries, observer) => {
          if (!Reflect.get(window, 'holdSizes')) callback(entries, observer);
        });
      }
    };
  });
  await page.reload();
  await page.getByRole('figure', { name: 'Place' }).locator('svg path[d*="L"]').first().waitFor();
  await page.evaluate(() => Object.assign(window, { holdSizes: true }));
  await page.setViewportSize({ width: 360, height: 740 });
  const widths = await page.evaluate(() => [
    document.querySelector('figure svg')?.clientWidth ?? 0,
    document.documentElement.scrollWidth,
  ]);
  expect(widths[0]).toBeGreaterThan(360);
  expect(widths[1]).toBeLessThanOrEqual(360);
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

const headToHead = (page: Page) => page.getByRole('region', { name: 'Who leads where' });

test('two players are chosen one after the other, and who is chosen is in sight', async () => {
  const page = await open('/compare');
  await page.getByText('First player: nobody yet').waitFor();
  await page.getByRole('combobox', { name: 'First player' }).fill('pia');
  await page.getByRole('option', { name: /@pia/ }).click();
  await page.waitForURL('**/compare?a=pia');
  await page.getByRole('link', { name: 'Pia Romero' }).waitFor();
  await page.getByText('Second player: nobody yet').waitFor();
  await page.getByRole('combobox', { name: 'Second player' }).fill('quinn');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  await headToHead(page)
    .getByText(/leads by/)
    .first()
    .waitFor();
  // Places are told apart from ranks, which are written with #.
  expect(await headToHead(page).textContent()).not.toContain('#');
});

test('players are compared without scripts, and a wrong name leaves the other one chosen', async () => {
  const page = await open('/compare?a=pia', { javaScriptEnabled: false });
  await page.getByRole('combobox', { name: 'Second player' }).fill('nobody-here');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  expect(await page.getByRole('alert').textContent()).toContain('no player “nobody-here”');
  await page.getByRole('combobox', { name: 'Second player' }).fill('quinn');
  await page.getByRole('combobox', { name: 'Second player' }).press('Enter');
  await headToHead(page).waitFor();
});

test('a name typed before the page has woken up is kept, and looked for', async () => {
  const page = await open('/sign-in');
  const wake = await holdScripts(page);
  await page.goto('/compare?a=pia', { waitUntil: 'commit' });
  const field = page.getByRole('combobox', { name: 'Second player' });
  await field.fill('quinn');
  wake();
  await page.getByRole('option', { name: /@quinn/ }).click();
  await page.waitForURL('**/compare?a=pia&b=quinn');
});
