import { existsSync } from 'node:fs';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const systemPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Settings that keep a headless browser quiet without a network, and let it start as root. */
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
  // The arguments that the package suggests are for AWS Lambda: a single process, which ends when the first
  // page closes, and no web security, which would invalidate the tests of it.
  const executablePath = system ?? (await chromiumPackage.executablePath());
  return chromium.launch({ executablePath, args: quietArgs });
}
