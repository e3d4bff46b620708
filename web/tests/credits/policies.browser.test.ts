import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();
const policies = '/admin/credits/policies';
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

test('an admin sees what last month would have been like, and saves a version', async () => {
  const page = await open(`${policies}?type=lead`, { as: 'ada' });
  await page.getByLabel('Second approver above').fill('240');
  await page.getByRole('button', { name: 'Replay last month' }).click();
  await page.getByRole('heading', { name: 'The last 30 days under these values' }).waitFor();
  expect(await page.getByLabel('Second approver above').inputValue()).toBe('240');
  await save(page);
  await page.getByText(/Saved as version \d/).waitFor();
  await page.getByText(/Second approver above: 250/).waitFor();
});

test('of two admins the second is told who was faster, and loses nothing typed', async () => {
  const [first, second] = [
    await open(`${policies}?type=lead`, { as: 'ada' }),
    await open(`${policies}?type=lead`, { as: 'ada' }),
  ];
  await first.getByLabel('Open requests at a time').fill('4');
  await save(first);
  await first.getByText(/Saved as version/).waitFor();
  await second.getByLabel('Open requests at a time').fill('5');
  await save(second);
  expect(await second.getByRole('alert').first().textContent()).toContain('changed this policy on');
  expect(await second.getByLabel('Open requests at a time').inputValue()).toBe('5');
  await second.reload();
  await second.getByLabel('Open requests at a time').fill('3');
  await save(second);
  await second.getByText(/Saved as version/).waitFor();
});

test('values that contradict each other are marked at their fields, also without scripts', async () => {
  const page = await open(policies, { as: 'ada', javaScriptEnabled: false });
  await page.getByLabel('Amount in the period').fill('5');
  await page.getByLabel('In each calendar').selectOption('');
  await save(page);
  await page.getByText('The period has to allow the largest request.').waitFor();
  expect(await page.getByLabel('Amount in the period').inputValue()).toBe('5');
});

test('a manager reads policies and names a delegate, and a player sees neither', async () => {
  const manager = await open(policies, { as: 'max' });
  expect(await manager.getByLabel('Largest request').isDisabled()).toBe(true);
  await manager.getByLabel('Username').fill('pia');
  await manager.getByLabel('First day').fill('2030-01-01');
  await manager.getByLabel('Last day').fill('2030-01-05');
  await manager.getByRole('button', { name: 'Name as my delegate' }).click();
  await manager.getByText(/will decide in your place/).waitFor();
  await manager.getByRole('button', { name: /End the delegation to Pia/ }).click();
  await manager.getByText('The delegation has ended.').waitFor();
  const player = await open('/', { as: 'pia' });
  expect((await player.goto(policies))?.status()).toBe(403);
});

test('groups are added and removed', async () => {
  const page = await open(policies, { as: 'ada' });
  const last = page.getByRole('group', { name: 'New group' });
  await last.getByLabel('Name').fill('Newcomers of the test');
  await last.getByLabel('Joined less than').fill('2');
  await page.getByRole('button', { name: 'Save the groups' }).click();
  await page.getByText('The groups are saved.').waitFor();
  const made = page.getByRole('group', { name: /Newcomers of the test/ });
  await made.getByLabel('Name').fill('');
  await page.getByRole('button', { name: 'Save the groups' }).click();
  await made.waitFor({ state: 'detached' });
});
