import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { channelIds } from '#dev/seed/discord-community.ts';
import { isolate } from '#domain/platform/text/isolate.ts';
import { Sandbox } from '../../../features/support/sandbox.ts';
import { holdScripts, useBrowser, waitUntilLive } from '../support/browser-session.ts';

const open = useBrowser();
const sandbox = new Sandbox(`http://127.0.0.1:${inject('stack').ports.discord}`);

async function request(page: Page, amount: number, reason: string): Promise<void> {
  await page.getByLabel('Amount').fill(String(amount));
  await page.getByLabel('What are they for?').fill(reason);
  await page.getByRole('button', { name: 'Request credits' }).click();
}

const card = (page: Page, reason: string) => page.getByRole('article').filter({ hasText: reason });

/** Only this page receives no messages: it shows what it has read itself. */
const cutOff = (page: Page) => page.routeWebSocket(/realtime/, () => {});

/**
 * Opens a page that receives no messages until the returned function is called: its channel waits for a
 * token.
 */
async function openUnjoined(path: string, persona: 'quinn' | 'max'): Promise<[Page, () => void]> {
  const page = await open('/sign-in', { as: persona });
  const gate = Promise.withResolvers<void>();
  await page.route('**/auth/access-token', async (route) => {
    await gate.promise;
    await route.continue();
  });
  // The page before may still ask for its own token; only a request of this page shows that it is hydrated.
  const asking = page.waitForRequest(
    (sent) => sent.url().endsWith('/auth/access-token') && sent.headers().referer?.endsWith(path) === true,
  );
  await page.goto(path);
  await asking;
  return [page, gate.resolve];
}

/** A request in Discord: its cards in the approvals channel, and the messages to the player. */
async function readDiscord(user: string, reason: string) {
  const cards = (await sandbox.readChannel(channelIds.approvals)).map(({ text }) => text);
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
  await player.getByText('Request sent.').waitFor();
  await card(manager, 'Browser story one').waitFor();
  await expect
    .poll(() => readDiscord('pia', 'Browser story one'))
    .toEqual({ cards: [expect.stringContaining('req-approve')], messages: [] });
  await card(manager, 'Browser story one')
    .getByLabel(/Comment/)
    .fill('Well done');
  await card(manager, 'Browser story one')
    .getByRole('button', { name: /Approve/ })
    .click();
  await card(manager, 'Browser story one').getByText('Approved', { exact: true }).waitFor();

  await player.getByText('“Well done”').waitFor();
  await expect.poll(() => player.locator('dl dd').first().textContent()).toBe(String(Number(before) + 7));
  await expect
    .poll(() => readDiscord('pia', 'Browser story one'))
    .toEqual({ cards: [expect.stringMatching(/Max Lindqvist/)], messages: [expect.any(String)] });
  const { cards } = await readDiscord('pia', 'Browser story one');
  expect(cards[0]).not.toContain('req-approve');
});

test('a decision that comes too late is answered with who decided', async () => {
  const player = await open('/profile', { as: 'quinn' });
  await request(player, 8, 'Browser story two');
  await player.getByText('Request sent.').waitFor();
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
  expect(message).toContain(`${isolate('Ada Okafor')} has already rejected this request`);
  await card(late, 'Browser story two').getByText('Rejected', { exact: true }).waitFor();
});

test('requests are decided with the keyboard alone', async () => {
  const player = await open('/profile', { as: 'quinn' });
  await request(player, 9, 'Browser story three');
  await player.getByText('Request sent.').waitFor();
  const manager = await open('/admin/requests', { as: 'max' });
  await waitUntilLive(manager);
  await card(manager, 'Browser story three').focus();
  await manager.keyboard.press('k');
  await manager.keyboard.press('j');
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
  // The browser blocks what the policy of the chosen type does not allow …
  const amount = page.getByLabel('Amount');
  await expect.poll(() => amount.getAttribute('max')).toBe('1000');
  await page.getByRole('radio', { name: /Lead/ }).check();
  await expect.poll(() => amount.getAttribute('max')).toBe('500');
  expect(await page.getByText('Above 250, two approvers decide.').isVisible()).toBe(true);
  expect(await page.getByText('Above 500, two approvers decide.').isVisible()).toBe(false);
  // … and the server validates it again.
  await amount.evaluate((field) => field.removeAttribute('max'));
  await request(page, 999_999, 'Far too many');
  expect(await page.getByRole('alert').textContent()).toMatch(
    /up to 500 credits at a time\. Enter a smaller amount/,
  );
  expect(await page.getByLabel('What are they for?').inputValue()).toBe('Far too many');
  // The answer to another form of the page clears nothing either.
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  expect(await page.getByLabel('What are they for?').inputValue()).toBe('Far too many');
});

test('changes made before the channel is joined are noticed when it is', async () => {
  const reason = 'Browser story five';
  const sender = await open('/profile', { as: 'quinn' });
  const [player, joinPlayer] = await openUnjoined('/profile', 'quinn');
  const [manager, joinManager] = await openUnjoined('/admin/requests', 'max');
  await request(sender, 5, reason);
  await sender.getByText('Request sent.').waitFor();
  expect(await player.getByText(reason).count()).toBe(0);
  expect(await card(manager, reason).count()).toBe(0);

  joinPlayer();
  joinManager();
  await player.getByText(reason).waitFor();
  await card(manager, reason).waitFor();
});

test('a decision made before the channel is joined stays in sight, and its keys decide nothing else', async () => {
  const reason = 'Browser story six';
  const sender = await open('/profile', { as: 'pia' });
  await request(sender, 6, reason);
  await sender.getByText('Request sent.').waitFor();
  const [manager, join] = await openUnjoined('/admin/requests', 'max');
  await card(manager, reason)
    .getByRole('button', { name: /Approve/ })
    .click();
  await card(manager, reason).getByText('Approved', { exact: true }).waitFor();
  const waitingBefore = await manager.getByRole('button', { name: /^Approve/ }).count();
  join();
  await waitUntilLive(manager);
  await manager.waitForLoadState('networkidle');
  expect(await card(manager, reason).getByText('Approved', { exact: true }).count()).toBe(1);
  await manager.keyboard.press('a');
  expect(await manager.getByRole('button', { name: /^Approve/ }).count()).toBe(waitingBefore);
});

test('a decision made before the page is hydrated stays in sight', async () => {
  const reason = 'Browser story nine';
  const sender = await open('/profile', { as: 'pia' });
  await request(sender, 8, reason);
  await sender.getByText('Request sent.').waitFor();
  const manager = await open('/', { as: 'max' });
  const hydrate = await holdScripts(manager);
  await manager.goto('/admin/requests', { waitUntil: 'commit' });
  await card(manager, reason)
    .getByRole('button', { name: /Approve/ })
    .click();
  await card(manager, reason).getByText('Approved', { exact: true }).waitFor();
  hydrate();
  await waitUntilLive(manager);
  expect(await card(manager, reason).getByText('Approved', { exact: true }).count()).toBe(1);
});

test('the page of the managers is closed to players', async () => {
  const page = await open('/', { as: 'pia' });
  const answer = await page.goto('/admin/requests');
  expect(answer?.status()).toBe(403);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('not for your account');
  expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
});

test('a dialog explains the keys, holds them back while it is open, and turns them off', async () => {
  const reason = 'Browser story seven';
  const sender = await open('/profile', { as: 'pia' });
  await request(sender, 3, reason);
  await sender.getByText('Request sent.').waitFor();
  const manager = await open('/admin/requests', { as: 'max' });
  await waitUntilLive(manager);
  await card(manager, reason).focus();
  await manager.keyboard.press('?');
  const dialog = manager.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByText('Next request').waitFor();
  await manager.keyboard.press('a');
  await dialog.getByRole('checkbox').uncheck();
  await manager.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await manager.keyboard.press('a');
  await manager.waitForLoadState('networkidle');
  expect(await manager.getByRole('button', { name: 'Undo' }).count()).toBe(0);

  const opener = manager.getByRole('button', { name: 'Keyboard shortcuts' });
  await opener.click();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => opener.evaluate((it) => it === document.activeElement)).toBe(true);
  await card(manager, reason).focus();
  await manager.keyboard.press('a');
  await card(manager, reason).getByText('Approved', { exact: true }).waitFor();
});
