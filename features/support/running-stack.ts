import type { Browser } from 'playwright-core';
import postgres from 'postgres';
import { type ProvidedStack, provideTestStack } from '#dev/tests/provide-test-stack.ts';
import { launchBrowser } from '#emulators/testing/launch-browser.ts';

/** Shared by all scenarios: one stack, one browser, one database connection. */
export interface RunningStack {
  stack: ProvidedStack;
  browser: Browser;
  /** As superuser, only to set up a scene or to check what no surface shows. */
  sql: postgres.Sql;
  stop: () => Promise<void>;
}

/** Opens a browser and a database connection on a stack. */
export async function startRunningStack(): Promise<RunningStack> {
  const { provided: stack, stop: stopStack } = await provideTestStack();
  const sql = postgres(stack.superuserUrl, { max: 4, onnotice: () => {} });
  const browser = await launchBrowser();
  const stop = async (): Promise<void> => {
    await browser.close();
    await sql.end({ timeout: 1 });
    await stopStack();
  };
  return { stack, browser, sql, stop };
}
