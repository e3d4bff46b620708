import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

/** Creates players who have just joined. */
async function addNewcomers(
  world: World,
  names: readonly string[],
  scoreOf: (index: number) => number,
): Promise<void> {
  const mark = randomUUID().slice(0, 8);
  for (const name of names) {
    const [row] = await world.sql`insert into public.profiles (username, display_name)
      values (${`${name}-${mark}`}, ${`${name} ${mark}`}) returning id`;
    world.newcomers.set(name, String(row?.id));
  }
  const minute = 60_000;
  const start = Date.now() - 30 * minute;
  await world.api.report(
    names.map((name, index) => ({
      player_id: world.newcomers.get(name) ?? '',
      metric: 'call_booked',
      units: scoreOf(index),
      occurred_at: new Date(start + index * minute).toISOString(),
    })),
  );
  await world.refreshBoards();
}

async function putFirst(world: World, name: string): Promise<void> {
  const [row] = await world.sql`select max(score)::bigint as best from leaderboard.standings
    join leaderboard.board_periods as periods on periods.id = standings.period_id
    join public.boards on boards.id = periods.board_id where boards.slug = 'all-time'`;
  const { score } = await world.standing(name);
  const deals = Math.ceil((Number(row?.best) - score) / 100) + 1;
  await world.api.report([{ player_id: await world.playerId(name), metric: 'deal_closed', units: deals }]);
}

Given('the board {string} is shown in a browser', async function (this: World, board: string) {
  const page = await this.pageOf('visitor');
  await page.goto(board === 'all-time' ? this.webUrl : `${this.webUrl}/?board=${board}`);
  await page
    .getByRole('status')
    .filter({ hasText: /^\s*Live/ })
    .waitFor();
});

When('DealScale reports points that put {string} first', async function (this: World, name: string) {
  await putFirst(this, name);
});

When('the board is refreshed', async function (this: World) {
  await this.refreshBoards();
});

Then('the browser shows {string} first without a reload', async function (this: World, name: string) {
  const page = await this.pageOf('visitor');
  const [row] = await this.sql`select display_name from public.profiles where username = ${name}`;
  await waitUntil(`the page shows ${name} first`, async () => {
    const first = await page.locator('.place-1').first().textContent();
    return first?.includes(String(row?.display_name));
  });
});

Then('\\/leaderboard in Discord shows {string} first', async function (this: World, name: string) {
  const [row] = await this.sql`select display_name from public.profiles where username = ${name}`;
  const answer = await this.sandbox.useCommand('pia', 'leaderboard');
  const text = JSON.stringify(answer.message);
  const others = await this.sql`select profiles.display_name from public.player_tiers
    join public.profiles on profiles.id = player_tiers.player_id where tier in ('silver', 'bronze')`;
  const place = text.indexOf(String(row?.display_name));
  assert.ok(place > 0, text);
  for (const other of others) assert.ok(place < text.indexOf(String(other.display_name)), text);
});

Then('the API gives {string} position {int}', async function (this: World, name: string, position: number) {
  assert.equal((await this.standing(name)).position, position);
});

Given('the score of {string} is known', async function (this: World, name: string) {
  await this.refreshBoards();
  this.scores.set(name, (await this.standing(name)).score);
});

When(
  'DealScale reports {int} closed deals of {string} twice with the same ids',
  async function (this: World, count: number, name: string) {
    const player_id = await this.playerId(name);
    const events = Array.from({ length: count }, () => ({
      external_id: randomUUID(),
      player_id,
      metric: 'deal_closed',
      units: 1,
      occurred_at: new Date().toISOString(),
    }));
    assert.equal((await this.api.report(events)).accepted, count);
    assert.equal((await this.api.report(events)).duplicates, count);
  },
);

Given(
  'DealScale has reported {int} closed deals of {string}',
  async function (this: World, units: number, name: string) {
    this.lastEventId = randomUUID();
    const player_id = await this.playerId(name);
    await this.api.report([{ external_id: this.lastEventId, player_id, metric: 'deal_closed', units }]);
    await this.refreshBoards();
    assert.equal((await this.standing(name)).score, (this.scores.get(name) ?? 0) + units * 100);
  },
);

When('DealScale voids that event', async function (this: World) {
  const result = await this.api.report([{ external_id: randomUUID(), voids: this.lastEventId }]);
  assert.equal(result.accepted, 1);
});

Then('the score of {string} has grown by {int}', async function (this: World, name: string, growth: number) {
  assert.equal((await this.standing(name)).score - (this.scores.get(name) ?? 0), growth);
});

Given(
  'two newcomers with the same score, {string} having reached it earlier than {string}',
  async function (this: World, first: string, second: string) {
    // With a third player at that score, the first one would be tied too.
    const [free] = await this.sql`
      select units from generate_series(1, 1000) as units
      where not exists (
        select from leaderboard.standings
        where score = units * 10 and period_id = (
          select leaderboard.current_period_id(boards.id) from public.boards where boards.slug = 'all-time'))
      order by units limit 1`;
    await addNewcomers(this, [first, second], () => Number(free?.units));
  },
);

Given('three newcomers who stand directly behind one another', async function (this: World) {
  // In a gap of the board, wide enough for one of them to rise without overtaking anyone else.
  const [gap] = await this.sql`
    select low from (
      select score as low, lead(score) over (order by score) as high
      from leaderboard.standings
      where order_key is not null and period_id = (
        select leaderboard.current_period_id(boards.id) from public.boards where boards.slug = 'all-time')
    ) as neighbours
    where high - low >= 30 order by abs(low - 800), low limit 1`;
  const units = Math.floor(Number(gap?.low) / 10) + 1;
  await addNewcomers(this, ['first', 'second', 'third'], () => units);
});

Then('{string} stands directly before {string}', async function (this: World, first: string, second: string) {
  assert.equal((await this.standing(first)).position + 1, (await this.standing(second)).position);
});

When('DealScale reports points that bring the third before the two others', async function (this: World) {
  await this.api.report([{ player_id: await this.playerId('third'), metric: 'task_completed', units: 1 }]);
});

Then('the third stands directly behind the first', async function (this: World) {
  assert.equal((await this.standing('first')).position + 1, (await this.standing('third')).position);
});

Then('both share the same rank', async function (this: World) {
  assert.equal((await this.standing('first')).rank, (await this.standing('second')).rank);
});

When('the second of them hides', async function (this: World) {
  await this
    .sql`update public.profiles set visibility = 'hidden' where id = ${await this.playerId('second')}`;
});

When('the second of them becomes anonymous', async function (this: World) {
  await this
    .sql`update public.profiles set visibility = 'anonymous' where id = ${await this.playerId('second')}`;
});

Then('nobody finds the second by search', async function (this: World) {
  const [row] = await this
    .sql`select username, display_name from public.profiles where id = ${await this.playerId('second')}`;
  const page = await this.pageOf('visitor');
  const response = await page.request.get(
    `${this.webUrl}/search?q=${encodeURIComponent(String(row?.username))}`,
  );
  assert.equal(response.status(), 200);
  assert.ok(!(await response.text()).includes(String(row?.display_name)));
});

Then(
  'the place between the first and the third belongs to an anonymous player',
  async function (this: World) {
    const { position } = await this.standing('first');
    assert.equal((await this.standing('third')).position, position + 2);
    const page = await this.api.readPage(position + 1, 1);
    assert.equal(page[0]?.is_anonymous, true);
    assert.equal(page[0]?.username, null);
  },
);
