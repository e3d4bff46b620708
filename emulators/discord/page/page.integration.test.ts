import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../../testing/launch-browser.ts';
import { applicationId, channelIds, guildId, roleIds, userIds } from '../testing/book-club.ts';
import { type Received, startTestEndpoint } from '../testing/start-test-endpoint.ts';
import { request, startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

const phoneViewport = { width: 390, height: 844 };

let browser: Browser;
let page: Page;
let sandbox: TestSandbox;
let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
let problems: string[];

const registeredCommands = [
  {
    name: 'request',
    description: 'Ask for books',
    options: [
      { type: 3, name: 'type', description: 'Kind', required: true, choices: [{ name: 'PB', value: 'pb' }] },
      { type: 4, name: 'amount', description: 'How many', required: true },
      { type: 3, name: 'board', description: 'For which board', autocomplete: true },
    ],
  },
  { name: 'View profile', type: 2 },
];
const requestCard = {
  content: 'Lena asks for books',
  components: [{ type: 1, components: [{ type: 2, style: 4, label: 'Reject', custom_id: 'reject' }] }],
};

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  sandbox = await startTestSandbox();
  endpoint = await startTestEndpoint(sandbox.publicKey);
  await sandbox.control('PUT', 'application', { interactions_endpoint_url: endpoint.url });
  await sandbox.bot('PUT', `/applications/${applicationId}/commands`, registeredCommands);
  problems = [];
});
afterEach(async () => {
  await page.close();
  await endpoint.close();
  await sandbox.close();
  expect(problems).toEqual([]);
});

async function open(
  as: string,
  channel: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<void> {
  page = await browser.newPage({ bypassCSP: true, ...options });
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => problems.push(`script ran: ${dialog.message()}`));
  await page.goto(`${sandbox.url()}/?as=${as}&channel=${channel}`);
  await page.getByRole('log').waitFor();
}

async function expectAccessible(): Promise<void> {
  // Colours are checked after transitions have finished.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations < Infinity).map(({ finished }) => finished))`);
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  );
  expect(found).toEqual([]);
}

const edit = (interaction: Received | undefined, content: string) =>
  request(
    'PATCH',
    `${sandbox.url()}/api/v10/webhooks/${applicationId}/${interaction?.token}/messages/@original`,
    { content },
  );

test('a command is picked, filled with choices and suggestions, and answered, by keyboard alone', async () => {
  endpoint.answerWith(({ type }) =>
    type === 4
      ? { type: 8, data: { choices: [{ name: 'Weekly', value: 'weekly' }] } }
      : { type: 5, data: { flags: 64 } },
  );
  await open('lena', 'general');
  await page.getByRole('combobox', { name: 'Message #general' }).focus();
  await page.keyboard.type('/req');
  await page
    .getByRole('listbox', { name: 'Commands' })
    .getByRole('option', { name: /request/ })
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('listbox', { name: 'type' }).getByRole('option', { name: 'PB' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('25');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('listbox', { name: 'board' }).getByRole('option', { name: 'Weekly' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('Librarian is thinking').waitFor();
  expect(endpoint.received.at(-1)).toMatchObject({
    data: { options: [{ value: 'pb' }, { value: 25 }, { value: 'weekly' }] },
  });
  await edit(endpoint.received.at(-1), 'Requested **25** books');
  await page.getByText('Requested 25 books').waitFor();
  await page.getByText('Only you can see this').waitFor();
  await expectAccessible();
});

test('what one person alone may see, another does not', async () => {
  endpoint.answerWith(() => ({ type: 4, data: { content: 'for lena', flags: 64 } }));
  const command = {
    user_id: 'lena',
    channel_id: 'general',
    name: 'request',
    options: { type: 'pb', amount: 1 },
  };
  await sandbox.control('POST', 'interactions/command', command);
  await open('lena', 'general');
  await page.getByText('for lena').waitFor();
  await page.getByLabel('You are').selectOption({ label: 'Tara Quist' });
  await page.getByText('Nothing in #general yet').waitFor();
  expect(await page.getByText('for lena').count()).toBe(0);
  expect(await page.getByRole('navigation').getByRole('button', { name: 'staff' }).count()).toBe(0);
});

test('a person chosen while the page was loading stays chosen', async () => {
  await open('lena', 'general');
  const isAsked = Promise.withResolvers<void>();
  const isReleased = Promise.withResolvers<void>();
  const isStateOf = (url: URL, id: string) =>
    url.pathname.endsWith('/state') && url.searchParams.get('as') === id;
  await page.route(
    (url) => isStateOf(url, userIds.lena),
    async (route) => {
      isAsked.resolve();
      await isReleased.promise;
      await route.continue();
    },
  );
  await sandbox.control('POST', 'users', { username: 'newcomer', global_name: 'New Comer' });
  await isAsked.promise;
  const isLoaded = page.waitForResponse((response) => isStateOf(new URL(response.url()), userIds.tara));
  await page.getByLabel('You are').selectOption({ label: 'Tara Quist' });
  isReleased.resolve();
  await isLoaded;
  await page.getByText('Signed in as Tara Quist').waitFor();
});

test('a button opens a modal, whose answer changes the message in place', async () => {
  const input = { type: 4, custom_id: 'why', style: 2 };
  const modal = {
    custom_id: 'm',
    title: 'Reject the request',
    components: [{ type: 18, label: 'Reason', component: input }],
  };
  endpoint.answerWith(({ type }) =>
    type === 5
      ? { type: 7, data: { content: 'Rejected by Otis', components: [] } }
      : { type: 9, data: modal },
  );
  await sandbox.bot('POST', `/channels/${channelIds.staff}/messages`, requestCard);
  await open('otis', 'staff', { colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Reject' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject the request' });
  await dialog.waitFor();
  await expectAccessible();
  await dialog.getByLabel('Reason').fill('No budget');
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Rejected by Otis').waitFor();
  expect(await page.getByRole('button', { name: 'Reject' }).count()).toBe(0);
  expect(endpoint.received.at(-1)).toMatchObject({
    data: { components: [{ component: { value: 'No budget' } }] },
  });
});

test('an application that does not answer is named, for commands and buttons', async () => {
  await sandbox.bot('POST', `/channels/${channelIds.staff}/messages`, requestCard);
  await open('otis', 'staff');
  await page.getByRole('button', { name: 'Reject' }).click();
  await expect.poll(() => endpoint.received.length).toBe(1);
  await sandbox.control('POST', 'clock/advance', { ms: 3000 });
  await page.getByRole('alert').getByText('The application did not respond').waitFor();
});

test('roles move and messages arrive without a reload, on a phone', async () => {
  await open('ivo', 'general', { viewport: phoneViewport });
  await page.getByRole('button', { name: 'Members', exact: true }).click();
  await sandbox.bot('PUT', `/guilds/${guildId}/members/${userIds.tara}/roles/${roleIds.host}`);
  await page.getByRole('heading', { name: 'Host — 1' }).waitFor();
  await expectAccessible();
  await page.getByRole('button', { name: 'Members', exact: true }).click();
  await sandbox.control('POST', 'messages', { user_id: 'lena', channel_id: 'general', content: 'live' });
  await page.getByText('live', { exact: true }).waitFor();
  await open('otis', 'staff', { viewport: phoneViewport });
  const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(isTooWide).toBe(false);
});

test('a wide table scrolls within its message, whose other text breaks at the edge of a phone', async () => {
  const table = `Some words that are long enough to break\n\`\`\`\n${'x'.repeat(80)}\n\`\`\``;
  const components = [{ type: 17, components: [{ type: 10, content: table }] }];
  endpoint.answerWith(() => ({ type: 4, data: { flags: 1 << 15, components } }));
  const options = { type: 'pb', amount: 1 };
  const command = { user_id: 'lena', channel_id: 'general', name: 'request', options };
  await sandbox.control('POST', 'interactions/command', command);
  await open('lena', 'general', { viewport: phoneViewport });
  await page.getByText('Some words').waitFor();
  const sizes = await page.evaluate(
    `[document.querySelector('.cv2-container'), document.querySelector('.markdown pre')].map((part) => [
      part.scrollWidth > part.clientWidth, part.getBoundingClientRect().right <= innerWidth])`,
  );
  expect(sizes).toEqual([
    [false, true],
    [true, true],
  ]);
});

test('text is never markup', async () => {
  const content = '<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) <script>alert(2)</script>';
  await sandbox.control('POST', 'messages', { user_id: 'carla', channel_id: 'general', content });
  await open('lena', 'general');
  await page.locator('strong', { hasText: 'bold' }).waitFor();
  expect(await page.getByRole('log').locator('img, script, a').count()).toBe(0);
  const escaped = '\\@everyone \\[x\\](https\\://x.example) \\<\\@1> www\\.x \\*\\*b\\*\\* C:\\dir';
  await sandbox.control('POST', 'messages', { user_id: 'carla', channel_id: 'general', content: escaped });
  await page.getByText('@everyone [x](https://x.example) <@1> www.x **b** C:\\dir').waitFor();
});

test('a failure can be planned and cleared on the page, and the log shows what happened', async () => {
  await open('nora', 'general');
  await page.getByRole('button', { name: 'Controls' }).click();
  await page.getByLabel('Failure').selectOption({ label: '500' });
  await page.getByRole('button', { name: 'Add failure' }).click();
  await page.getByText('1 × 500').waitFor();
  expect((await sandbox.bot('GET', '/users/@me')).status).toBe(500);
  await page.getByText('No failures are planned').waitFor();
  await page.getByRole('button', { name: 'Log' }).click();
  await page.getByText('GET /users/@me → 500').waitFor();
});
