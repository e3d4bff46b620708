import type { Locator, Page } from 'playwright-core';

/** The list of past periods of a board, opened. */
export async function openPastPeriods(page: Page): Promise<Locator> {
  const periods = page.getByRole('navigation', { name: 'Periods' });
  await periods.locator('summary').click();
  return periods.getByRole('listitem');
}

/** Navigates to the latest past period with this name. */
export async function choosePastPeriod(page: Page, name: RegExp): Promise<void> {
  await (await openPastPeriods(page)).getByRole('link', { name }).first().click();
}
