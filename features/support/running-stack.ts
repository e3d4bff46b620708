import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import postgres from 'postgres';
import { endWithStack } from '#local/end-with-stack.ts';
import { launchBrowser } from '#local/launch-browser.ts';
import { findFreeOffset } from '#local/ports.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { makeTemporaryDirectory } from '#local/temporary-directory.ts';

/** What every scenario shares: one whole stack, one browser, one look into the database. */
export interface RunningStack {
  stack: Stack;
  browser: Browser;
  /** As superuser: only to set a scene or to look where no surface looks. */
  sql: postgres.Sql;
  stop: () => Promise<void>;
}

/** Starts everything on free ports and temporary data, with the small seed and no traffic of its own. */
export async function startRunningStack(): Promise<RunningStack> {
  const parent = makeTemporaryDirectory('dealscale-features-');
  const stack = await startStack({
    portOffset: await findFreeOffset(),
    dataDirectory: path.join(parent, 'stack'),
    seed: 'small',
    hasTraffic: false,
  });
  endWithStack(stack);
  const sql = postgres(stack.superuserUrl, { max: 2, onnotice: () => {} });
  const browser = await launchBrowser();
  const stop = async (): Promise<void> => {
    await browser.close();
    await sql.end({ timeout: 1 });
    await stack.stop();
    rmSync(parent, { recursive: true, force: true });
  };
  return { stack, browser, sql, stop };
}
