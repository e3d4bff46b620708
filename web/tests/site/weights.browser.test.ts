import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

/**
 * Budgets: how many bytes a page may transfer before it is usable, and how much of it may shift while it
 * loads.
 */
const budgets = [
  // More than half of the scripts are the framework, which all pages share.
  { path: '/', html: 40_000, scripts: 60_000 },
  { path: '/players/pia', html: 40_000, scripts: 68_000 },
  { path: '/compare?a=pia&b=quinn', html: 40_000, scripts: 68_000 },
  { path: '/compare', html: 40_000, scripts: 68_000 },
  { path: '/periods?board=daily', html: 40_000, scripts: 60_000 },
  { path: '/sign-in', html: 40_000, scripts: 60_000 },
];
const layoutShiftMax = 0.01;

/** Counts what arrives before the page is usable; later loading delays nobody. */
async function weigh(page: Page, path: string) {
  const session = await page.context().newCDPSession(page);
  const requests = new Map<
    string,
    { kind: 'html' | 'scripts' | 'other'; sentAt: number; headBytes: number }
  >();
  const arrived: { kind: string; sentAt: number; bytes: number }[] = [];
  let loadedAt = Number.POSITIVE_INFINITY;
  await session.send('Network.enable');
  await session.send('Page.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Page.loadEventFired', ({ timestamp }) => {
    loadedAt = timestamp;
  });
  session.on('Network.requestWillBeSent', ({ requestId, request, type, timestamp }) => {
    const kind = type === 'Document' ? 'html' : request.url.endsWith('.js') ? 'scripts' : 'other';
    requests.set(requestId, { kind, sentAt: timestamp, headBytes: 0 });
  });
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const request = requests.get(requestId);
    // HTTP headers are not counted.
    if (request) request.headBytes = response.encodedDataLength;
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) arrived.push({ ...request, bytes: encodedDataLength - request.headBytes });
  });
  await page.addInitScript(() => {
    Object.assign(window, { layoutShift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = Number(Reflect.get(entry, 'value'));
        if (!Reflect.get(entry, 'hadRecentInput'))
          Object.assign(window, { layoutShift: Number(Reflect.get(window, 'layoutShift')) + shift });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  const sum = (kind: string) =>
    arrived
      .filter((it) => it.kind === kind && it.sentAt <= loadedAt)
      .reduce((bytes, it) => bytes + it.bytes, 0);
  const layoutShift = Number(await page.evaluate(() => Reflect.get(window, 'layoutShift')));
  return { html: sum('html'), scripts: sum('scripts'), layoutShift };
}

test.each(budgets)('$path stays within its budget and does not shift', async ({ path, html, scripts }) => {
  const page = await open('/healthz');
  const weight = await weigh(page, path);
  console.log(path, weight);
  expect.soft(weight.html, 'HTML').toBeLessThanOrEqual(html);
  expect.soft(weight.scripts, 'scripts').toBeLessThanOrEqual(scripts);
  expect.soft(weight.layoutShift, 'layout shift').toBeLessThanOrEqual(layoutShiftMax);
});
