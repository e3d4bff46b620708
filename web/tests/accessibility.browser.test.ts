import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { useBrowser } from './browser-session.ts';

const open = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

const pages = [
  { path: '/' },
  { path: '/?board=weekly&from=12', as: 'pia' },
  { path: '/?around=me', as: 'quinn' },
  { path: '/?q=pia' },
  { path: '/periods?board=daily' },
  { path: '/players/pia' },
  { path: '/compare?a=pia&b=quinn' },
  { path: '/compare?a=pia&b=nobody-here' },
  { path: '/sign-in' },
  { path: '/profile', as: 'pia' },
  { path: '/admin/requests', as: 'ada' },
  { path: '/nothing-here' },
] as const;

/** No page is higher: the own row, pinned to the lower edge of the window, lies over no half of another one. */
const pageHeight = 9_000;

/** What the checker finds. It is run from outside, as the page's own policy forbids foreign scripts. */
async function listViolations(page: Page): Promise<string[]> {
  // Colours are judged once they have arrived, not on their way from one theme to the other.
  await page.evaluate(() =>
    // One that is called off has finished as well.
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
  await page.evaluate(axe);
  const found = await page.evaluate(
    'axe.run({ runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"] })',
  );
  return z
    .object({ violations })
    .parse(found)
    .violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

test.each(pages)(
  '$path can be used by everybody, in both themes and on a phone',
  async ({ path, ...options }) => {
    const viewport = { width: 1280, height: pageHeight };
    const page = await open(path, { ...options, viewport, bypassCSP: true, reducedMotion: 'reduce' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await listViolations(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: pageHeight });
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(excess, 'pixels too wide').toBeLessThanOrEqual(0);
    expect(await listViolations(page), 'phone').toEqual([]);
  },
);

test('the keyboard reaches the content first, and every control shows where it is', async () => {
  const page = await open('/');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await page.locator('#content:focus').waitFor();
});

test.each(['light', 'dark'] as const)('the mark of focus stands out, %s', async (colorScheme) => {
  const page = await open('/', { colorScheme });
  /** The contrast of what surrounds the focused element with what it lies on. */
  const measure = (ground: string) =>
    page.evaluate((selector) => {
      const context = document.createElement('canvas').getContext('2d');
      const weigh = (colour: string): number => {
        if (!context) return Number.NaN;
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) =>
          value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const styleOf = (element: Element | null) => getComputedStyle(element ?? document.body);
      const mark = weigh(styleOf(document.activeElement).outlineColor);
      const below = weigh(styleOf(document.querySelector(selector)).backgroundColor);
      return (Math.max(mark, below) + 0.05) / (Math.min(mark, below) + 0.05);
    }, ground);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await measure('header')).toBeGreaterThan(3);
  await page.getByRole('combobox').focus();
  expect(await measure('html')).toBeGreaterThan(3);
});

test('the theme is kept, also without scripts', async () => {
  const page = await open('/', { javaScriptEnabled: false });
  await page.getByRole('button', { name: /^Theme: system/ }).click();
  await page.locator('html[data-theme=light]').waitFor();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  await page.locator('html[data-theme=dark]').waitFor();
  await page.goto('/sign-in');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
});

test('pages run under their own policy without breaking it', async () => {
  const page = await open('/sign-in');
  const broken: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') broken.push(message.text());
  });
  for (const path of ['/', '/players/pia', '/compare?a=pia&b=quinn'])
    await page.goto(path, { waitUntil: 'networkidle' });
  expect(broken).toEqual([]);
});
