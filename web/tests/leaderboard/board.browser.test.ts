import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';
import { takeLead } from './take-lead.ts';

const open = useBrowser();

const first = (page: Page) =>
  page.getByRole('list', { name: 'The first three' }).getByRole('listitem').first();
const names = (page: Page) => page.getByRole('rowheader').allInnerTexts();

/** Of two players, the one who does not lead on the page. */
async function findChallenger(page: Page): Promise<'pia' | 'quinn'> {
  return (await first(page).textContent())?.includes('Quinn') ? 'pia' : 'quinn';
}

test('the board is complete before any script has run', async () => {
  const page = await open('/', { javaScriptEnabled: false });
  await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toContain('All time');
  expect((await names(page)).length).toBeGreaterThan(20);
  expect(await page.getByText('ties go to whoever got there first').count()).toBeGreaterThan(0);

  await page.getByRole('link', { name: 'This week' }).click();
  await page.getByRole('heading', { level: 1, name: /This week/ }).waitFor();

  await page.getByRole('combobox').fill('pia');
  await page.getByRole('combobox').press('Enter');
  await page.getByRole('region', { name: 'Results for “pia”' }).getByRole('link').first().waitFor();
});

test('a new score moves the player up, in place, without loading the page again', async () => {
  const page = await open('/');
  await waitUntilLive(page);
  await page.evaluate(() => document.body.setAttribute('data-untouched', ''));
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));

  const next = await findChallenger(page);
  await takeLead(next);
  await first(page)
    .getByRole('link', { name: new RegExp(next, 'i') })
    .waitFor();
  expect(await page.locator('body[data-untouched]').count()).toBe(1);
  expect(requests.filter((url) => url.includes('__data.json'))).toEqual([]);
});

test('a page that missed a refresh notices with the next one and rereads the board', async () => {
  const page = await open('/');
  let dropped = 0;
  await page.routeWebSocket(/realtime/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const isRefresh = String(message).includes('board_refreshed');
      if (isRefresh && dropped++ === 0) return;
      socket.send(message);
    });
  });
  await page.reload();
  await waitUntilLive(page);

  await takeLead(await findChallenger(page));
  await expect.poll(() => dropped).toBeGreaterThan(0);
  const winner = await findChallenger(page);
  await takeLead(winner);
  await first(page)
    .getByRole('link', { name: new RegExp(winner, 'i') })
    .waitFor();
});

test('versions published before the channel is joined are noticed at once, with one read', async () => {
  const page = await open('/sign-in');
  const gate = Promise.withResolvers<void>();
  await page.route('**/auth/access-token', async (route) => {
    await gate.promise;
    await route.continue();
  });
  const reads: string[] = [];
  page.on('request', (request) => request.url().includes('__data.json') && reads.push(request.url()));
  await page.goto('/');
  const winner = await findChallenger(page);
  await takeLead(winner);
  gate.resolve();
  await waitUntilLive(page);
  await first(page)
    .getByRole('link', { name: new RegExp(winner, 'i') })
    .waitFor();
  expect(reads).toHaveLength(1);
});

/** Answers the next read of the page at once, but delivers the response only when released. */
async function holdRead(page: Page): Promise<{ answered: Promise<void>; letGo: () => void }> {
  const [read, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const hold = async (route: Route): Promise<void> => {
    const response = await route.fetch();
    read.resolve();
    await gate.promise;
    await route.fulfill({ response });
  };
  await page.route(/__data\.json/, hold, { times: 1 });
  return { answered: read.promise, letGo: gate.resolve };
}

test('versions published while another page is loading are on that page as well', async () => {
  const page = await open('/');
  await waitUntilLive(page);
  const held = await holdRead(page);
  const winner = await findChallenger(page);
  const leader = first(page).getByRole('link', { name: new RegExp(winner, 'i') });
  const week = page.getByRole('navigation', { name: 'Change over' }).getByRole('link', { name: /week/i });
  await week.click();
  await held.answered;
  await takeLead(winner);
  await leader.waitFor();
  held.letGo();
  await week.and(page.locator('[aria-current]')).waitFor();
  await leader.waitFor();
});

test('versions published before the channel is joined are noticed even during a reread', async () => {
  const page = await open('/sign-in');
  const [joining, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route('**/auth/access-token', async (route) => {
    joining.resolve();
    await gate.promise;
    await route.continue();
  });
  await page.clock.install();
  await page.goto('/');
  const held = await holdRead(page);
  // From here on, the page's clock is controlled.
  await joining.promise;
  await page.clock.fastForward('06:00');
  await held.answered;
  const winner = await findChallenger(page);
  await takeLead(winner);
  const looked = page.waitForResponse(/board-version/);
  gate.resolve();
  await (await looked).finished();
  held.letGo();
  await first(page)
    .getByRole('link', { name: new RegExp(winner, 'i') })
    .waitFor();
});

test('a page that was on screen for long is reread, although no message asks for it', async () => {
  const page = await open('/');
  await page.clock.install();
  await page.reload();
  await waitUntilLive(page);
  const reads: string[] = [];
  page.on('request', (request) => request.url().includes('__data.json') && reads.push(request.url()));
  await page.clock.fastForward('04:00');
  expect(reads).toEqual([]);
  await page.clock.fastForward('02:00');
  await page.clock.fastForward('00:02');
  await expect.poll(() => reads.length).toBe(1);
});

test('nothing but the rows that change places moves when the board is refreshed', async () => {
  const page = await open('/', { reducedMotion: 'reduce' });
  await waitUntilLive(page);
  await page.evaluate(() => document.fonts.ready.then(() => null));
  /** All positions: the rows by player, and the elements around them. */
  const measure = () =>
    page.evaluate(() => {
      const boxes: Record<string, string> = {};
      const note = (name: string, element: Element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        boxes[name] = [x, y, width, height].map(Math.round).join(' ');
      };
      for (const selector of ['header', 'h1', 'form', 'table', 'thead', 'nav', 'footer']) {
        for (const [index, element] of document.querySelectorAll(selector).entries()) {
          note(`${selector} ${index}`, element);
        }
      }
      for (const row of document.querySelectorAll('tbody tr')) {
        note(`${row.querySelector('td')?.textContent} ${row.querySelector('th')?.textContent}`, row);
      }
      return boxes;
    });
  const before = await measure();
  const challenger = await findChallenger(page);
  await takeLead(challenger);
  await first(page)
    .getByRole('link', { name: new RegExp(challenger, 'i') })
    .waitFor();
  const after = await measure();
  const kept = Object.keys(before).filter((name) => name in after);
  expect(kept.length).toBeGreaterThan(20);
  for (const name of kept) expect(after[name], name).toBe(before[name]);
});

test('rows move smoothly, and not at all for people who prefer less motion', async () => {
  const countMoves = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
    const page = await open('/', { reducedMotion });
    await waitUntilLive(page);
    await page.evaluate(() => {
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (keyframes, options) {
        const duration = typeof options === 'number' ? options : Number(options?.duration ?? 0);
        const count = Number(document.body.getAttribute('data-moves') ?? 0);
        if (duration > 1) document.body.setAttribute('data-moves', String(count + 1));
        return animate.call(this, keyframes, options);
      };
    });
    const challenger = await findChallenger(page);
    await takeLead(challenger);
    await first(page)
      .getByRole('link', { name: new RegExp(challenger, 'i') })
      .waitFor();
    return Number((await page.locator('body').getAttribute('data-moves')) ?? 0);
  };
  expect(await countMoves('no-preference')).toBeGreaterThan(0);
  expect(await countMoves('reduce')).toBe(0);
});

test('the own row is highlighted, and stays in sight when it is on another page', async () => {
  const page = await open('/', { as: 'quinn' });
  await page.getByText('You', { exact: true }).first().waitFor();
  await page.goto('/?from=20');
  const pinned = page.locator('tfoot').getByRole('rowheader');
  expect(await pinned.textContent()).toContain('Quinn');
});

test('suggestions appear while a name is typed and lead to the player by keyboard', async () => {
  const page = await open('/');
  await waitUntilLive(page);
  await page.getByRole('combobox').fill('pi');
  await page.getByRole('option', { name: /@pia/ }).waitFor();
  await page.getByRole('combobox').press('ArrowDown');
  await page.getByRole('combobox').press('Enter');
  await page.waitForURL('**/players/pi*');
});

test('paging and going to a place keep the order without gaps', async () => {
  const page = await open('/?from=11');
  const ranks = await page.locator('tbody tr td:first-child').allInnerTexts();
  expect(ranks[0]).toContain('11');
  await page.getByLabel('Go to rank').fill('5');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get('from') === '5');
  await page
    .locator('tbody tr td:first-child')
    .first()
    .filter({ hasText: /^\s*T?5\b/ })
    .waitFor();
});
