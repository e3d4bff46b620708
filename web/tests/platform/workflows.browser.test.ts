import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';
import { recordShownRun } from '../support/record-shown-run.ts';

const open = useBrowser();
const rows = (page: Page) => page.getByRole('table', { name: 'Runs', exact: true }).locator('tr[data-row]');
const newRunId = (prefix = '01BROWSER'): string => `${prefix}${crypto.randomUUID().slice(0, 8)}`;

test('a credit request shows up as a run, with its steps; an admin runs it again', async () => {
  const player = await open('/profile', { as: 'pia' });
  await player.getByLabel('Amount').fill('9');
  await player.getByLabel('What are they for?').fill('Seen on the page of workflows');
  await player.getByRole('button', { name: 'Request credits' }).click();
  await player.getByText('Request sent.').waitFor();

  const page = await open('/admin/workflows?function=post-request-card&q=', { as: 'ada' });
  await expect
    .poll(async () => {
      await page.reload();
      return rows(page).first().textContent();
    })
    .toMatch(/Completed[\s\S]*9 AI credits for pia/);
  await rows(page).first().getByRole('link', { name: 'Post request card' }).click();
  const steps = page.getByRole('table', { name: /Steps of the run/ });
  for (const name of ['post-card', 'record-card', 'settle-card']) await steps.getByText(name).waitFor();
  expect(await page.getByRole('region', { name: 'Input' }).textContent()).toContain('request_id');

  const before = page.url();
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Run again' }).click();
  await page.getByText('The event was sent again.').waitFor();
  await expect
    .poll(async () => {
      await page.goto(before);
      return page.getByRole('link', { name: 'run 1' }).count();
    })
    .toBe(1);
  await page.getByRole('link', { name: 'run 1' }).click();
  await page.getByRole('link', { name: 'an earlier run' }).waitFor();
});

test('an admin cancels a run, and sees how it ended without a reload', async () => {
  const run_id = newRunId();
  await recordShownRun({ run_id, status: 'running' });
  const page = await open(`/admin/workflows/${run_id}`, { as: 'ada' });
  await page.getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Keep as it is' }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByText('The engine was asked to cancel this run.').waitFor();
  await page.getByText('The engine does not know this run').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Cancelled');
  expect(await page.getByRole('button', { name: 'Cancel the run' }).count()).toBe(0);
});

test('a manager sees what runs, and can change nothing', async () => {
  const run_id = newRunId();
  await recordShownRun({ run_id });
  const page = await open(`/admin/workflows/${run_id}`, { as: 'max' });
  await page.getByText('503 0 Service Unavailable').first().waitFor();
  await page.getByText('It began, and nobody reported its end.').waitFor();
  expect(await page.getByRole('button', { name: /Cancel the run|Run again/ }).count()).toBe(0);
});

test('runs that begin meanwhile wait behind a button, so no row moves', async () => {
  const first = newRunId('01MEANWHILE');
  await recordShownRun({ run_id: first });
  const page = await open('/admin/workflows?q=01meanwhile', { as: 'max' });
  const href = () => rows(page).first().getByRole('link').first().getAttribute('href');
  expect(await href()).toBe(`/admin/workflows/${first}`);
  const second = newRunId('01MEANWHILE');
  await recordShownRun({ run_id: second });
  const button = page.getByRole('button', { name: /Show \d+ new runs?/ });
  await button.waitFor();
  expect(await href()).toBe(`/admin/workflows/${first}`);
  await button.click();
  expect(await href()).toBe(`/admin/workflows/${second}`);

  const csv = await (await page.request.get('/admin/workflows/export?q=01meanwhile')).text();
  expect(csv).toContain(`${first},announce-request-decision,failed`);
  expect(csv).toContain(second);
});
