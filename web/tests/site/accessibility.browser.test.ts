import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { useBrowser } from '../support/browser-session.ts';
import { recordShownRun } from '../support/record-shown-run.ts';
import { listRoutes, shownPages } from './shown-pages.ts';

const open = useBrowser();
beforeAll(() => recordShownRun());
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** No page is taller than this, so the pinned own row covers no part of another row. */
const pageHeight = 9_000;
/** What the checker looks for: everything that WCAG 2.2 AA requires, or only what a theme can break. */
const everything = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
const colours = { runOnly: ['color-contrast', 'link-in-text-block'] };
type Criteria = typeof everything | typeof colours;

/** Colours do not depend on the width, so one width is checked in both themes. */
const screens: readonly { width: number; colorScheme: 'light' | 'dark'; criteria: Criteria }[] = [
  { width: 1280, colorScheme: 'light', criteria: everything },
  { width: 1280, colorScheme: 'dark', criteria: colours },
  { width: 390, colorScheme: 'light', criteria: everything },
  { width: 320, colorScheme: 'dark', criteria: everything },
];

/** Elements that open something: menus, lists, popovers, dialogs, and fields with suggestions. */
const openers =
  'summary, [role=combobox], [aria-haspopup], [popovertarget], button[commandfor], button[aria-expanded]';

/**
 * The checker's findings in a part of the page. It runs from outside, because the page's policy forbids
 * foreign scripts.
 */
async function listViolations(page: Page, criteria: Criteria, part = 'html'): Promise<string[]> {
  // Colours are checked after theme transitions have finished.
  await page.evaluate(() =>
    // A cancelled transition has finished too.
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
  const found = await page.evaluate(`axe.run(${JSON.stringify(part)}, ${JSON.stringify(criteria)})`);
  return z
    .object({ violations })
    .parse(found)
    .violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** One visible opener of each kind: a hundred rows with a button each count as one kind. */
async function markOpeners(page: Page): Promise<number> {
  return page.evaluate((selector) => {
    for (const marked of document.querySelectorAll('[data-opener]')) marked.removeAttribute('data-opener');
    const kinds = new Map<string, Element>();
    for (const element of document.querySelectorAll(selector)) {
      if (!element.checkVisibility()) continue;
      const kind = [element.tagName, element.className, element.getAttribute('name')].join(' ');
      if (!kinds.has(kind)) kinds.set(kind, element);
    }
    for (const [index, element] of [...kinds.values()].entries())
      element.setAttribute('data-opener', String(index));
    return kinds.size;
  }, openers);
}

/** Opens an opener, checks what it opens together with its surroundings, and closes it again. */
async function checkOpened(page: Page, criteria: Criteria, index: number): Promise<string[]> {
  const opener = page.locator(`[data-opener="${index}"]`);
  if ((await opener.getAttribute('role')) === 'combobox') {
    await opener.fill('a');
    await page.getByRole('listbox', { name: 'Players found' }).getByRole('option').first().waitFor();
  } else await opener.click();
  // Its code may not be loaded before this.
  if ((await opener.getAttribute('aria-haspopup')) === 'dialog') await page.getByRole('dialog').waitFor();
  // The opened sheet is next to its opener, or lies on top of everything.
  await opener.evaluate((element) => {
    element.parentElement?.setAttribute('data-opened', '');
    document.querySelector('dialog[open], [role=dialog], :popover-open')?.setAttribute('data-opened', '');
  });
  const found = await listViolations(page, criteria, '[data-opened]');
  const excess = await measureExcess(page);
  if (excess > 0) found.push(`${excess} pixels too wide`);
  await page.evaluate(() => {
    for (const opened of document.querySelectorAll('[data-opened]')) opened.removeAttribute('data-opened');
  });
  if ((await opener.getAttribute('role')) === 'combobox') await opener.fill('');
  await page.keyboard.press('Escape');
  await opener.evaluate((element) => {
    if (element.parentElement instanceof HTMLDetailsElement) element.parentElement.open = false;
  });
  return found;
}

const measureExcess = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('every page of the site is covered', () => {
  expect(listRoutes().filter((route) => !shownPages.some((shown) => shown.route === route))).toEqual([]);
});

test.each(shownPages)(
  '$route ($path) is accessible to everybody ($as): at rest and with everything open, in both themes, down to 320 pixels',
  async ({ path, as, link }) => {
    const viewport = { width: 1280, height: pageHeight };
    const page = await open(path, { as, viewport, bypassCSP: true, reducedMotion: 'reduce' });
    if (link) await page.goto((await page.locator(link).first().getAttribute('href')) ?? '');
    await page.waitForLoadState('networkidle');
    await page.evaluate(axe);
    for (const { width, colorScheme, criteria } of screens) {
      await page.setViewportSize({ width, height: pageHeight });
      // What comes to lie under the pointer would change its colour.
      await page.mouse.move(0, 0);
      expect.soft(await measureExcess(page), `pixels too wide for ${width}`).toBeLessThanOrEqual(0);
      await page.emulateMedia({ colorScheme });
      expect.soft(await listViolations(page, criteria), `${width} ${colorScheme}`).toEqual([]);
      const count = await markOpeners(page);
      for (let index = 0; index < count; index += 1) {
        const name = await page
          .locator(`[data-opener="${index}"]`)
          .evaluate((it) => it.outerHTML.slice(0, 80));
        expect.soft(await checkOpened(page, criteria, index), `${width} ${colorScheme} ${name}`).toEqual([]);
      }
    }
  },
);

test.each(['pia', 'ada'] as const)('no page of 320 pixels scrolls sideways for %s', async (as) => {
  const page = await open('/', { as, viewport: { width: 320, height: 700 } });
  for (const { path } of shownPages) {
    await page.goto(path);
    expect.soft(await measureExcess(page), path).toBeLessThanOrEqual(0);
  }
});

test('the keyboard reaches the content first, and every control shows where it is', async () => {
  const page = await open('/');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await page.locator('#content:focus').waitFor();
});

test.each(['light', 'dark'] as const)('the focus ring stands out, %s', async (colorScheme) => {
  const page = await open('/', { colorScheme });
  /** The contrast between the focus ring and its background. */
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
    // Profile pictures are hosted elsewhere and unreachable without a network.
    if (message.type() === 'error' && !/^Failed to load resource: net::ERR_/.test(message.text()))
      broken.push(message.text());
  });
  for (const path of ['/', '/players/pia', '/compare?a=pia&b=quinn'])
    await page.goto(path, { waitUntil: 'networkidle' });
  expect(broken).toEqual([]);
});
