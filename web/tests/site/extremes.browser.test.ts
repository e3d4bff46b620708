import { expect, test } from 'vitest';
import { useBrowser } from '../support/browser-session.ts';

const open = useBrowser();

const paths = ['/', '/players/pia', '/compare?a=pia&b=quinn', '/?q=pia', '/periods?board=daily'];

test.each(paths.flatMap((path) => [360, 1280].map((width) => [path, width] as const)))(
  'on %s the longest names and scores fit, %i pixels wide',
  async (path, width) => {
    const page = await open(path, { viewport: { width, height: 800 } });
    // Written and measured in one step, before a repaint. The stack's data is not touched.
    const excess = await page.evaluate(() => {
      for (const link of document.querySelectorAll('main a[href^="/players/"]')) {
        if (link.childElementCount === 0)
          link.textContent = 'Maximiliane von und zu Hohenlohe-Schillingsfürst';
      }
      const score = '119,999,988,000';
      const numbers = [
        ...document.querySelectorAll<HTMLElement>('ol[aria-label="The first three"] [style*="--chars"]'),
      ];
      for (const number of numbers) {
        number.textContent = score;
        number.style.setProperty('--chars', String(score.length));
      }
      for (const points of document.querySelectorAll('li > .numbers:last-child'))
        points.textContent = `+${score}`;
      const overflowing = numbers.filter((it) => it.scrollWidth > (it.parentElement?.clientWidth ?? 0));
      return document.documentElement.scrollWidth - document.documentElement.clientWidth + overflowing.length;
    });
    expect(excess).toBe(0);
  },
);

test('the links of the podium keep to their own columns', async () => {
  const page = await open('/', { viewport: { width: 360, height: 800 } });
  const overlaps = await page.evaluate(() => {
    const links = [...document.querySelectorAll('ol[aria-label="The first three"] a')];
    for (const link of links) link.textContent = 'Maximiliane von und zu Hohenlohe-Schillingsfürst';
    const columns = links.map((link) => link.closest('li')?.getBoundingClientRect());
    return links.filter((link, index) => link.getBoundingClientRect().width > (columns[index]?.width ?? 0))
      .length;
  });
  expect(overlaps).toBe(0);
});
