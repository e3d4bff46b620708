import { expect, test } from 'vitest';
import { holdScripts, useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

test('text typed before the page is hydrated is kept', async () => {
  const page = await open('/', { as: 'quinn' });
  const hydrate = await holdScripts(page);
  await page.goto('/profile', { waitUntil: 'commit' });
  await page.getByRole('radio', { name: /Lead/ }).check();
  await page.getByLabel('Amount').fill('4');
  await page.getByLabel('What are they for?').fill('Typed early');
  const connecting = page.waitForEvent('websocket');
  hydrate();
  await connecting;
  expect(await page.getByRole('radio', { name: /Lead/ }).isChecked()).toBe(true);
  expect(await page.getByLabel('Amount').inputValue()).toBe('4');
  expect(await page.getByLabel('What are they for?').inputValue()).toBe('Typed early');
});

test('settings chosen before the page is hydrated are kept', async () => {
  const page = await open('/', { as: 'quinn' });
  const hydrate = await holdScripts(page);
  await page.goto('/profile', { waitUntil: 'commit' });
  await page.getByRole('radio', { name: /Anonymous/ }).check();
  await page.getByLabel('Time zone').selectOption('Europe/Berlin');
  const connecting = page.waitForEvent('websocket');
  hydrate();
  await connecting;
  expect(await page.getByRole('radio', { name: /Anonymous/ }).isChecked()).toBe(true);
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
});
