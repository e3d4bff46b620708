import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { CHANNEL_IDS } from '#local/discord/seed.ts';
import { Sandbox } from '../../features/support/sandbox.ts';
import { useBrowser, waitUntilLive } from './browser-session.ts';

const open = useBrowser();
const sandbox = new Sandbox(`http://127.0.0.1:${inject('stack').ports.discord}`);
const waiting = { timeout: 20_000 };

async function request(page: Page, amount: number, reason: string): Promise<void> {
  await page.getByLabel('Amount').fill(String(amount));
  await page.getByLabel('What are they for?').fill(reason);
  await page.getByRole('button', { name: 'Ask for credits' }).click();
}

const card = (page: Page, reason: string) => page.getByRole('article').filter({ hasText: reason });

/** Only this page hears of nothing: what it shows is what it has read itself. */
const cutOff = (page: Page) => page.routeWebSocket(/realtime/, () => {});

/** What Discord shows of a request: its cards in the approvals channel, and what was written to the player. */
async function readDiscord(user: string, reason: string) {
  const cards = (await sandbox.readChannel(CHANNEL_IDS.approvals)).map(({ text }) => text);
  const messages = await sandbox.readDirectMessages(user);
  const about = (texts: readonly string[]) => texts.filter((text) => text.includes(reason));
  return { cards: about(cards), messages: about(messages) };
}

test('a request, its approval and the new balance arrive on open pages and in Discord by themselves', async () => {
  const player = await open('/profile', { as: 'pia' });
  const manager = await open('/admin/requests', { as: 'max' });
  await waitUntilLive(manager);
  const before = await player.locator('dl dd').first().textContent();

  await request(player, 7, 'Browser story one');
  await player.getByText('Your request is with the managers').waitFor();
  await card(manager, 'Browser story one').waitFor();
  await expect
    .poll(() => readDiscord('pia', 'Browser story one'), waiting)
    .toEqual({ cards: [expect.stringContaining('req-approve')], messages: [] });
  await card(manager, 'Browser story one')
    .getByLabel(/Comment/)
    .fill('Well done');
  await card(manager, 'Browser story one')
    .getByRole('button', { name: /Approve/ })
    .click();
  await card(manager, 'Browser story one').getByText('Approved', { exact: true }).waitFor();

  await player.getByText('“Well done”').waitFor();
  await expect
    .poll(() => player.locator('dl dd').first().textContent(), waiting)
    .toBe(String(Number(before) + 7));
  await expect
    .poll(() => readDiscord('pia', 'Browser story one'), waiting)
    .toEqual({ cards: [expect.stringMatching(/Max Lindqvist/)], messages: [expect.any(String)] });
  const { cards } = await readDiscord('pia', 'Browser story one');
  expect(cards[0]).not.toContain('req-approve');
});

test('who is too late is told who decided', async () => {
  const player = await open('/profile', { as: 'quinn' });
  await request(player, 8, 'Browser story two');
  await player.getByText('Your request is with the managers').waitFor();
  const late = await open('/', { as: 'max' });
  await cutOff(late);
  await late.goto('/admin/requests');
  const quick = await open('/admin/requests', { as: 'ada' });
  await card(quick, 'Browser story two')
    .getByRole('button', { name: /Reject/ })
    .click();
  await card(quick, 'Browser story two').getByText('Rejected', { exact: true }).waitFor();

  await card(late, 'Browser story two')
    .getByRole('button', { name: /Approve/ })
    .click();
  const message = await card(late, 'Browser story two').getByRole('alert').textContent();
  expect(message).toContain('Ada Okafor has already rejected this request');
  await card(late, 'Browser story two').getByText('Rejected', { exact: true }).waitFor();
});

test('requests are decided with the keyboard alone', async () => {
  const player = await open('/profile', { as: 'quinn' });
  await request(player, 9, 'Browser story three');
  await player.getByText('Your request is with the managers').waitFor();
  const manager = await open('/admin/requests', { as: 'max' });
  await waitUntilLive(manager);
  await manager.keyboard.press('j');
  await manager.keyboard.press('k');
  await manager.keyboard.press('a');
  await card(manager, 'Browser story three').getByText('Approved', { exact: true }).waitFor();
});

test('a request works without scripts, and sending the same form twice asks once', async () => {
  const page = await open('/profile', { as: 'quinn', javaScriptEnabled: false });
  const key = await page.locator('[name=idempotency_key]').first().inputValue();
  const form = { credit_type: 'lead', amount: '3', reason: 'Browser story four', idempotency_key: key };
  const headers = { origin: new URL(page.url()).origin };
  for (const _ of [1, 2]) {
    expect((await page.request.post('/profile?/request', { form, headers })).status()).toBe(200);
  }
  await page.reload();
  expect(await page.getByText('Browser story four').count()).toBe(1);
});

test('what a policy does not allow is refused with what to do, and nothing typed is lost', async () => {
  const page = await open('/profile', { as: 'quinn' });
  await request(page, 999_999, 'Far too many');
  expect(await page.getByRole('alert').textContent()).toMatch(/at most .* Ask for less/);
  expect(await page.getByLabel('What are they for?').inputValue()).toBe('Far too many');
});

test('what is typed before the page has woken up is kept', async () => {
  const page = await open('/', { as: 'quinn' });
  const waking = Promise.withResolvers<void>();
  await page.route('**/*.js', async (route) => {
    await waking.promise;
    await route.continue();
  });
  await page.goto('/profile', { waitUntil: 'commit' });
  await page.getByRole('radio', { name: /Lead/ }).check();
  await page.getByLabel('Amount').fill('4');
  await page.getByLabel('What are they for?').fill('Typed early');
  const connecting = page.waitForEvent('websocket');
  waking.resolve();
  await connecting;
  expect(await page.getByRole('radio', { name: /Lead/ }).isChecked()).toBe(true);
  expect(await page.getByLabel('Amount').inputValue()).toBe('4');
  expect(await page.getByLabel('What are they for?').inputValue()).toBe('Typed early');
});

test('the page of the managers is closed to players', async () => {
  const page = await open('/', { as: 'pia' });
  const answer = await page.goto('/admin/requests');
  expect(answer?.status()).toBe(403);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('not for your account');
  expect(await page.getByRole('link', { name: 'Requests' }).count()).toBe(0);
});
