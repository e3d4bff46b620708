import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.ts';
import { watchHolders } from '../support/watch-holders.ts';
import type { World } from '../support/world.ts';

const title = 'Champion';

Given('{string} takes part in the competition', async function (this: World, name: string) {
  await this.sql`update public.profiles set is_ranked = true where username = ${name}`;
  const player_id = await this.playerId(name);
  await this.api.report([{ player_id, metric: 'call_booked', units: 1 }]);
  await this.refreshBoards();
});

Given('{string} is Champion in Discord', async function (this: World, name: string) {
  const [row] = await this.sql`select max(score)::bigint as best from leaderboard.standings
    join leaderboard.board_periods as periods on periods.id = standings.period_id
    join public.boards on boards.id = periods.board_id where boards.slug = 'all-time'`;
  const { score } = await this.standing(name);
  const units = Math.ceil((Number(row?.best) - score) / 100) + 1;
  await this.api.report([{ player_id: await this.playerId(name), metric: 'deal_closed', units }]);
  await this.refreshBoards();
  await waitUntil(`${name} is ${title}`, async () => (await this.sandbox.readHolders(title)).includes(name));
  this.holderWatch = watchHolders(this.sandbox, title);
});

Then('{string} holds the role {string} in Discord', async function (this: World, name: string, role: string) {
  await waitUntil(`${name} is ${role}`, async () => (await this.sandbox.readRoles(name)).includes(role));
});

Then(
  '{string} does not hold the role {string} in Discord',
  async function (this: World, name: string, role: string) {
    assert.ok(!(await this.sandbox.readRoles(name)).includes(role));
  },
);

Then('at no moment did two people hold the role "Champion"', async function (this: World) {
  this.holderWatch?.assertNeverTwo();
});

Given(
  'a title changes hands only when the change survives {int} further refreshes',
  async function (this: World, count: number) {
    const [before] = await this.sql`
      select title_hold_refreshes from public.boards where slug = 'all-time'`;
    const hold = (refreshes: number) => this.sql`
      update public.boards set title_hold_refreshes = ${refreshes} where slug = 'all-time'`;
    this.afterwards.push(() => hold(Number(before?.title_hold_refreshes)));
    await hold(count);
    await this.holdSchedule();
  },
);

When('the board is refreshed once more', async function (this: World) {
  await this.refreshBoards();
});

Then(
  '{string} stands first, but the title is still with {string}',
  async function (this: World, leader: string, holder: string) {
    assert.equal((await this.standing(leader)).position, 1);
    const [champion] = await this.sql`
      select profiles.username from public.player_tiers
      join public.profiles on profiles.id = player_tiers.player_id
      join public.boards on boards.id = player_tiers.board_id
      where boards.slug = 'all-time' and player_tiers.tier = 'champion'`;
    assert.equal(champion?.username, holder);
    assert.deepEqual(await this.sandbox.readHolders(title), [holder]);
  },
);

When('DealScale reports a batch with one unknown metric among good events', async function (this: World) {
  const player_id = await this.playerId('quinn');
  this.batch = await this.api.report([
    { player_id, metric: 'call_booked', units: 1 },
    { external_id: `bad-${randomUUID()}`, player_id, metric: 'no_such_metric', units: 1 },
    { player_id, metric: 'call_booked', units: 2 },
  ]);
});

Then('the good events are accepted', function (this: World) {
  assert.equal(this.batch?.accepted, 2);
});

Then(
  'the bad event is refused as {string} with a sentence that says what to do',
  function (this: World, reason: string) {
    const refused = this.batch?.results.find((result) => result.status === 'refused');
    assert.equal(refused?.reason, reason);
    assert.match(refused?.message ?? '', /\w+ \w+.*\./);
  },
);

When('somebody reports points with a wrong API key', async function (this: World) {
  const player_id = await this.playerId('quinn');
  this.response = await this.api.post(
    [{ player_id, metric: 'call_booked', units: 1 }],
    'dsk_of_somebody_else',
  );
});

Then(
  'the report is refused with status {int} and a problem document',
  async function (this: World, status: number) {
    assert.equal(this.response?.status, status);
    assert.match(this.response?.headers.get('content-type') ?? '', /application\/problem\+json/);
    assert.match((await this.response?.text()) ?? '', /"code"/);
  },
);
