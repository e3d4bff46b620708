import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { findNoonZone } from '#dev/tests/noon-zone.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

const scheduleMs = 180_000;

Given(
  'a daily board {string} that {string} leads',
  async function (this: World, board: string, name: string) {
    await this.sql`
      select public.create_board(${board}, ${board}, 'daily', time_zone => ${findNoonZone()}, close_grace => '0')`;
    this.afterwards.push(() => this.sql`update public.boards set is_active = false where slug = ${board}`);
    const player_id = await this.playerId(name);
    // More than anyone else has scored today.
    await this.api.report([{ player_id, metric: 'deal_closed', units: 500 }]);
    await this.refreshBoards();
  },
);

When('the day of {string} is over', async function (this: World, board: string) {
  const [period] = await this.sql`
    update leaderboard.board_periods
    set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'
    where id = leaderboard.current_period_id((select id from public.boards where slug = ${board}))
    returning id`;
  this.endedPeriod = { board, period_id: Number(period?.id) };
});

When('the schedule has closed it', { timeout: scheduleMs }, async function (this: World) {
  const { period_id } = this.endedPeriod;
  await this.refreshBoards();
  await waitUntil(
    'the period is closed',
    async () => {
      const [row] = await this.sql`select state from leaderboard.board_periods where id = ${period_id}`;
      return row?.state === 'closed';
    },
    scheduleMs - 5_000,
  );
});

Then('the browser goes on with the next day without a reload', async function (this: World) {
  const page = await this.pageOf('visitor');
  await page.getByText('Past periods').waitFor();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
});

Then('the archive of that day has {string} first and is intact', async function (this: World, name: string) {
  const { board, period_id } = this.endedPeriod;
  const [row] = await this.sql`
    select public.verify_archive(${period_id}) ->> 'is_intact' as is_intact,
      public.get_board_page(${board}, period_id => ${period_id}) #>> '{standings,0,username}' as winner`;
  assert.deepEqual({ ...row }, { is_intact: 'true', winner: name });
});

Then('anybody can download it', async function (this: World) {
  const { board, period_id } = this.endedPeriod;
  const page = await this.pageOf('visitor');
  await page.goto(`${this.webUrl}/?board=${board}&period=${period_id}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /CSV/ }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^dealscale-relay-\d{4}-\d\d-\d\d\.csv$/);
});
