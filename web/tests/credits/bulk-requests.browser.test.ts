// The approvers' queue: five seconds to undo, many decisions at once, and two admins at the same requests.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, waitUntilLive } from '../support/browser-session.ts';

const open = useBrowser();
const card = (page: Page, reason: string) => page.getByRole('article').filter({ hasText: reason });

async function ask(reasons: readonly string[]): Promise<void> {
  const player = await open('/profile', { as: 'pia' });
  for (const [index, reason] of reasons.entries()) {
    await player.getByLabel('Amount').fill(String(4 + index));
    await player.getByLabel('What are they for?').fill(reason);
    await player.getByRole('button', { name: 'Request credits' }).click();
    await player.getByText(reason).first().waitFor();
  }
  await player.context().close();
}

/** Rejects what a test left open, so that the next one may ask again. */
async function clearUp(reasons: readonly string[]): Promise<void> {
  const page = await open('/admin/requests', { as: 'ada', javaScriptEnabled: false });
  for (const reason of reasons) {
    const button = card(page, reason).getByRole('button', { name: /^Reject/ });
    if ((await button.count()) > 0) await button.click();
  }
}

const approve = (page: Page, reason: string) =>
  card(page, reason)
    .getByRole('button', { name: /^Approve/ })
    .click();
const select = (page: Page, reason: string) => card(page, reason).getByRole('checkbox').check();
const bulkPanel = (page: Page) => page.getByRole('region', { name: /Approve|Bulk decision/ });

test('a decision can be undone for five seconds, and is not lost when its page is left meanwhile', async () => {
  const reason = 'Second thoughts';
  await ask([reason]);
  const manager = await open('/admin/requests', { as: 'max' });
  await waitUntilLive(manager);
  await approve(manager, reason);
  await manager.getByRole('button', { name: 'Undo' }).click();
  await card(manager, reason)
    .getByRole('button', { name: /^Approve/, disabled: false })
    .waitFor();
  await manager.reload();
  await waitUntilLive(manager);
  await approve(manager, reason);
  await manager.getByRole('button', { name: 'Undo' }).waitFor();
  await manager.goto('about:blank');

  const other = await open('/admin/requests?state=approved', { as: 'ada' });
  await waitUntilLive(other);
  await expect
    .poll(async () => {
      await other.reload();
      return card(other, reason).count();
    })
    .toBe(1);
});

test('many requests are previewed, approved and undone; of two admins, the slower is told who was faster', async () => {
  const reasons = ['Bulk story one', 'Bulk story two'];
  await ask(reasons);
  const max = await open('/admin/requests', { as: 'max' });
  const ada = await open('/admin/requests', { as: 'ada' });
  for (const page of [max, ada]) {
    await waitUntilLive(page);
    for (const reason of reasons) await select(page, reason);
    await page.getByRole('button', { name: 'Approve…' }).click();
    await bulkPanel(page).getByText('2 requests will be approved, which pays 9 AI credits.').waitFor();
  }
  await bulkPanel(ada).getByRole('button', { name: 'Approve 2 requests' }).click();
  await bulkPanel(ada).getByText('2 requests approved, which paid 9 AI credits.').waitFor();
  await bulkPanel(max).getByRole('button', { name: 'Approve 2 requests' }).click();
  await expect
    .poll(() =>
      bulkPanel(max)
        .getByText(/Ada Okafor.+has already approved this request/)
        .count(),
    )
    .toBe(2);

  await bulkPanel(ada).getByRole('button', { name: 'Undo 2 requests' }).click();
  await bulkPanel(ada).getByText('2 requests: the credits were taken back.').waitFor();
});

test('a bulk decision works without scripts', async () => {
  const reasons = ['Plain story one', 'Plain story two'];
  await ask(reasons);
  const page = await open('/admin/requests', { as: 'max', javaScriptEnabled: false });
  for (const reason of reasons) await select(page, reason);
  await page.getByRole('button', { name: 'Reject…' }).click();
  const panel = page.getByRole('region', { name: /Reject 2 requests/ });
  await panel.getByText('2 requests will be rejected.').waitFor();
  await panel.getByLabel(/Comment/).fill('Not this month');
  await panel.getByRole('button', { name: 'Reject 2 requests' }).click();
  await page.getByText('2 requests rejected.').waitFor();
  await page.goto('/admin/requests?state=rejected');
  expect(
    await card(page, reasons[0] ?? '')
      .getByText('“Not this month”')
      .count(),
  ).toBe(1);
  await clearUp(reasons);
});
