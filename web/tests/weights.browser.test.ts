import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, waitUntilLive } from './browser-session.ts';

const open = useBrowser();

/** What a page may weigh on the wire before it can be used, in bytes, and how much of it may move while it loads. */
const budgets = [
  { path: '/', html: 40_000, scripts: 60_000 },
  { path: '/players/pia', html: 40_000, scripts: 90_000 },
  { path: '/compare?a=pia&b=quinn', html: 40_000, scripts: 90_000 },
  { path: '/compare', html: 40_000, scripts: 90_000 },
  { path: '/periods?board=daily', html: 40_000, scripts: 90_000 },
  { path: '/sign-in', html: 40_000, scripts: 90_000 },
];
const layoutShiftMax = 0.01;

/** Counts what arrives until the page is at rest, and notes when it became live. */
async function weigh(page: Page, path: string) {
  const session = await page.context().newCDPSession(page);
  const kinds = new Map<string, { kind: string; url: string }>();
  const weights = { html: 0, scripts: 0 };
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.responseReceived', ({ requestId, response, type }) =>
    kinds.set(requestId, { kind: response.url.endsWith('.js') ? 'scripts' : type, url: response.url }),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId)?.kind;
    if (kind === 'Document') weights.html += encodedDataLength;
    if (kind === 'scripts') weights.scripts += encodedDataLength;
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
  return { ...weights, layoutShift: Number(await page.evaluate(() => Reflect.get(window, 'layoutShift'))) };
}

test.each(budgets)('$path keeps within its weight and stays where it is', async ({ path, html, scripts }) => {
  const page = await open('/healthz');
  const weight = await weigh(page, path);
  expect.soft(weight.html, 'HTML').toBeLessThanOrEqual(html);
  expect.soft(weight.scripts, 'scripts').toBeLessThanOrEqual(scripts);
  expect.soft(weight.layoutShift, 'layout shift').toBeLessThanOrEqual(layoutShiftMax);
});
