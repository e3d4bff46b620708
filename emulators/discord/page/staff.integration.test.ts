import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../../testing/launch-browser.ts';
import { applicationId } from '../testing/book-club.ts';
import { startTestEndpoint } from '../testing/start-test-endpoint.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

const manageServer = '32';
const add = {
  ...{ type: 1, name: 'add', description: 'Add a book' },
  options: [{ type: 3, name: 'title', description: 'Which', required: true, autocomplete: true }],
};
const staffCommand = {
  ...{ name: 'library', description: 'For the staff', default_member_permissions: manageServer },
  options: [{ type: 2, name: 'books', description: 'The books', options: [add] }],
};
const books = ['Emma', 'Dune', 'Ulysses'].map((label) => ({ label, value: label.toLowerCase() }));
const select = { type: 3, custom_id: 'pick', options: books, min_values: 1, max_values: 2 };
const shelf = {
  flags: 64,
  content: 'Which ones?',
  components: [{ type: 1, components: [{ ...select, placeholder: 'Books' }] }],
};

let browser: Browser;
let page: Page;
let sandbox: TestSandbox;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  sandbox = await startTestSandbox();
  endpoint = await startTestEndpoint(sandbox.publicKey);
  await sandbox.control('PUT', 'application', { interactions_endpoint_url: endpoint.url });
  await sandbox.bot('PUT', `/applications/${applicationId}/commands`, [staffCommand]);
});
afterEach(async () => {
  await page.close();
  await endpoint.close();
  await sandbox.close();
});

async function open(as: string): Promise<void> {
  page = await browser.newPage({ bypassCSP: true });
  page.setDefaultTimeout(60_000);
  await page.goto(`${sandbox.url()}/?as=${as}&channel=general`);
  await page.getByRole('log').waitFor();
}

test('a subcommand is found by any of its words, completed and sent, and several values are ticked', async () => {
  endpoint.answerWith(({ type }) => {
    if (type === 4) return { type: 8, data: { choices: [{ name: 'Emma', value: 'emma' }] } };
    return type === 2 ? { type: 4, data: shelf } : { type: 7, data: { content: 'Noted', components: [] } };
  });
  await open('nora');
  await page.getByRole('combobox', { name: 'Message #general' }).focus();
  await page.keyboard.type('/add');
  await page.getByRole('option', { name: /library books add/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('em');
  await page.getByRole('listbox', { name: 'title' }).getByRole('option', { name: 'Emma' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');

  const list = page.getByRole('group', { name: 'Books' });
  const confirm = list.getByRole('button', { name: 'Confirm' });
  await list.getByText('0 of up to 2 picked').waitFor();
  expect(await confirm.isDisabled()).toBe(true);
  await list.getByLabel('Emma').check();
  await list.getByLabel('Ulysses').check();
  expect(await list.getByLabel('Dune').isDisabled()).toBe(true);
  await page.evaluate(axe.source);
  expect(await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')).toEqual(
    [],
  );
  await confirm.click();
  await page.getByText('Noted').waitFor();
  expect(endpoint.received.find(({ type }) => type === 2)).toMatchObject({
    data: { options: [{ name: 'books', options: [{ name: 'add', options: [{ value: 'emma' }] }] }] },
  });
  expect(endpoint.received.at(-1)).toMatchObject({ type: 3, data: { values: ['emma', 'ulysses'] } });
});

test('a command of the staff is hidden from members without its permission', async () => {
  await open('lena');
  await page.getByRole('combobox', { name: 'Message #general' }).focus();
  await page.keyboard.type('/add');
  await page.getByText('No command matches').waitFor();
});
