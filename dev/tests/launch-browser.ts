import { existsSync } from 'node:fs';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const systemPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What keeps a headless browser quiet on a machine without a network, and starts it as root. */
const quietArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium: `CHROMIUM_PATH`, else the system's, else the one that ships inside npm.
 * The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const system = [process.env.CHROMIUM_PATH ?? '', ...systemPaths].find((path) => path && existsSync(path));
  // The arguments that the package offers are for a Lambda: one process for everything, which ends with the first page
  // that closes, and no web security, without which the tests of it would say nothing.
  const executablePath = system ?? (await chromiumPackage.executablePath());
  return chromium.launch({ executablePath, args: quietArgs });
}
