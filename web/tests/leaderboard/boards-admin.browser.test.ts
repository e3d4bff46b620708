import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

test('an admin changes how a board is run, and a refused value comes back with what to do', async () => {
  const page = await open('/admin/boards/weekly', { as: 'ada' });
  const grace = page.getByLabel('Grace after a period, in minutes');
  await grace.evaluate((field) => field.removeAttribute('min'));
  await grace.fill('-5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter 0 or more.').waitFor();
  await grace.fill('45');
  await page.getByLabel('Late events').selectOption('next_period');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. The next refresh follows it.').waitFor();
  await page.reload();
  expect(await grace.inputValue()).toBe('45');
  expect(await page.getByLabel('Late events').inputValue()).toBe('next_period');
});

test('the archives of a board are verified with one click', async () => {
  const page = await open('/admin/boards/weekly', { as: 'max' });
  await page.getByRole('button', { name: 'Verify the archives' }).click();
  await page.getByText(/Intact: \d+ closed periods with/).waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
});

test('a rule is tried before it takes effect, and changes nothing by that', async () => {
  const page = await open('/admin/boards/rules', { as: 'ada' });
  const versions = page.getByRole('table', { name: 'Score rules' }).locator('tbody tr');
  const before = await versions.count();
  const trial = page.getByRole('region', { name: 'Try a rule' });
  await trial.getByLabel('Metric').fill('task_completed');
  await trial.getByLabel('Points for each unit').fill('5000');
  await trial.getByRole('button', { name: 'Simulate' }).click();
  await trial.getByRole('heading', { name: /tiers? would move/ }).waitFor();
  expect(await trial.getByRole('region', { name: 'The first ten' }).getByRole('listitem').count()).toBe(10);
  await page.reload();
  expect(await versions.count()).toBe(before);
});

test('a new version of a rule starts when it says, and is listed as planned until then', async () => {
  const page = await open('/admin/boards/rules', { as: 'ada' });
  const nextYear = `${new Date().getUTCFullYear() + 1}-12-01T00:00`;
  const form = page.getByRole('region', { name: 'Add a version' });
  await form.getByLabel('Metric').fill('demo_given');
  await form.getByLabel('Points for each unit').fill('15');
  await form.getByLabel('From (UTC)').fill(nextYear);
  await form.getByRole('button', { name: 'Add' }).click();
  await form.getByText('Added.').waitFor();
  const row = page.getByRole('row').filter({ hasText: 'demo_given' });
  await row.getByText('Planned').waitFor();
});
