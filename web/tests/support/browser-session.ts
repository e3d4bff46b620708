import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { launchBrowser } from '#emulators/testing/launch-browser.ts';

/** Options of the browser that a test opens. */
export interface SessionOptions extends BrowserContextOptions {
  /** Sign in as this persona first. */
  as?: 'ada' | 'max' | 'pia' | 'quinn';
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Opens pages with separate cookies; all are closed after the test. */
export type OpenPage = (path: string, options?: SessionOptions) => Promise<Page>;

/** A browser for the tests of one file. A page error during a test fails that test. */
export function useBrowser(): OpenPage {
  const { environment } = inject('stack');
  const sessions = new Map<string, StorageState>();
  let browser: Browser;
  let faults: Error[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const [fault] = faults;
    faults = [];
    if (fault) throw new Error('A page threw an error.', { cause: fault });
  });
  afterAll(() => browser.close());

  /** Other tests cover signing in; here, each persona signs in once. */
  async function getSession(persona: string): Promise<StorageState> {
    const known = sessions.get(persona);
    if (known) return known;
    const context = await browser.newContext({ baseURL: environment.PUBLIC_WEB_URL });
    await signIn(await context.newPage(), persona);
    const session = await context.storageState();
    await context.close();
    sessions.set(persona, session);
    return session;
  }

  return async (path, { as: persona, ...options } = {}) => {
    const storageState = persona && (await getSession(persona));
    const context = await browser.newContext({
      baseURL: environment.PUBLIC_WEB_URL,
      ...(storageState && { storageState }),
      ...options,
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error));
    await page.goto(path);
    return page;
  };
}

async function signIn(page: Page, persona: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(`${persona}@dealscale.local`);
  await page.getByLabel('Password').fill('dealscale');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** Waits until the page has joined its channel. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .filter({ hasText: /^\s*Live/ })
    .waitFor();
}

/** Holds back the scripts of the next page, as a slow network does, until the returned function is called. */
export async function holdScripts(page: Page): Promise<() => void> {
  const hydrating = Promise.withResolvers<void>();
  await page.route('**/*.js', async (route) => {
    await hydrating.promise;
    await route.continue();
  });
  return hydrating.resolve;
}
