import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser-session.ts';
import { useDatabase } from './use-database.ts';

const open = useBrowser();
const board = 'browser-huge';

// A metric of its own, so that these points count on no other board.
beforeAll(() =>
  useDatabase(async (sql) => {
    await sql`select public.create_board(${board}, ${board}, 'daily', array['browser_huge'])`;
    await sql`
      insert into public.score_rules (metric, points_per_unit, effective_from)
      values ('browser_huge', 100, now() - interval '1 day')`;
    await sql`
      select public.record_score_events('browser-test', jsonb_agg(jsonb_build_object(
        'external_id', gen_random_uuid(), 'metric', 'browser_huge', 'units', 9999999,
        'player_id', players.id, 'occurred_at', now())))
      from (
        select id from public.profiles
        where is_ranked and visibility = 'public' and left_at is null order by username limit 5
      ) as players
      cross join generate_series(1, 120)`;
    await sql`call private.refresh_due_boards()`;
  }),
);

test.each([360, 1280])('scores of twelve digits keep their places, %i pixels wide', async (width) => {
  const page = await open(`/?board=${board}`, { viewport: { width, height: 800 } });
  const scores = page.getByText('119,999,988,000', { exact: true });
  expect(await scores.count()).toBe(5);
  const tooWide = await page.evaluate(() => {
    const excess = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const podium = [...document.querySelectorAll('ol[aria-label="The first three"] p')];
    return excess + podium.filter((text) => text.scrollWidth > (text.parentElement?.clientWidth ?? 0)).length;
  });
  expect(tooWide).toBe(0);
});
