import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { World } from '../support/world.ts';

/** The text of a player's row on the page of the board that starts at that position. */
async function readRow(world: World, name: string, query = ''): Promise<string> {
  const { position } = await world.standing(name);
  const page = await world.pageOf('visitor');
  await page.goto(`${world.webUrl}/?from=${position}${query}`);
  const row = page.getByRole('row').filter({ hasText: await world.displayName(name) });
  return ((await row.textContent()) ?? '').replace(/\s+/g, ' ');
}

Then('the page of the board says {string}', async function (this: World, text: string) {
  const page = await this.pageOf('visitor');
  await page.goto(this.webUrl);
  await page.getByRole('main').getByText(text, { exact: false }).first().waitFor();
});

Then('the page marks the ranks of both as tied', async function (this: World) {
  const { rank } = await this.standing('second');
  for (const name of ['first', 'second']) {
    const row = await readRow(this, name);
    assert.ok(row.includes(`T${rank.toLocaleString('en-US')}`) && row.includes('tied'), row);
  }
});

Then(
  '\\/leaderboard in Discord marks the ranks of both as tied, and says what that means',
  async function (this: World) {
    const { position, rank } = await this.standing('second');
    const answer = await this.sandbox.useCommand('max', 'leaderboard', { page: Math.ceil(position / 10) });
    const text = JSON.stringify(answer.message);
    // The first of them ends the previous page if the second one starts this page.
    assert.equal(text.split(`**T${rank}**`).length, position % 10 === 1 ? 2 : 3, text);
    assert.match(text, /tied/i);
  },
);

When('{string} asks for the stats of {string}', async function (this: World, name: string, other: string) {
  this.answer = await this.sandbox.useCommand(name, 'stats', { player: other });
});

Then(
  'the answer has as many closed deals of {string} as DealScale has reported',
  async function (this: World, name: string) {
    const [row] = await this.sql`
      select sum(units)::int as deals, sum(points)::int as points from public.score_events
      where player_id = ${await this.playerId(name)} and metric = 'deal_closed'`;
    const number = (value: unknown) => Number(value).toLocaleString('en-US');
    assert.ok(this.answerText.includes(`${await this.displayName(name)} in numbers`), this.answerText);
    const line = new RegExp(`Deal closed +${number(row?.deals)} × +${number(row?.points)}`);
    assert.match(this.answerText, line);
  },
);

When(
  '{string} compares {string} with {string} in Discord',
  async function (this: World, name: string, one: string, other: string) {
    this.answer = await this.sandbox.useCommand(name, 'compare', { player: one, with: other });
    const scores = await Promise.all([one, other].map((player) => this.standing(player)));
    for (const [index, player] of [one, other].entries()) {
      this.scores.set(await this.displayName(player), scores[index]?.score ?? 0);
    }
  },
);

/** The leader of the all-time board, and the lead in points, from the API. */
function findLead(world: World): { leader: string; points: string } {
  const [first, second] = [...world.scores].sort(([, one], [, other]) => other - one);
  const points = ((first?.[1] ?? 0) - (second?.[1] ?? 0)).toLocaleString('en-US');
  return { leader: first?.[0] ?? '', points };
}

Then('the answer says who leads on each board and by how many points', function (this: World) {
  const { leader, points } = findLead(this);
  const lead = `**All time**: ${leader} `;
  assert.ok(this.answerText.includes(lead), this.answerText);
  assert.match(this.answerText.slice(this.answerText.indexOf(lead)), new RegExp(`^[^(]* by ${points} `));
  for (const board of ['This month', 'This week', 'Today'])
    assert.ok(this.answerText.includes(`**${board}**: `));
});

Then(
  'the page that compares {string} with {string} says the same',
  async function (this: World, one: string, other: string) {
    const { leader, points } = findLead(this);
    const page = await this.pageOf('visitor');
    await page.goto(`${this.webUrl}/compare?a=${one}&b=${other}`);
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'All time' }) });
    const text = ((await row.textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(text, new RegExp(`${leader} (leads|has led since .*, now) by ${points}\\b`));
  },
);

Then(
  'the page shows that {string} went up 2 places and {string} down 1 place',
  async function (this: World, riser: string, faller: string) {
    assert.match(await readRow(this, riser, '&movement=refresh'), /up 2 places/);
    assert.match(await readRow(this, faller, '&movement=refresh'), /down 1 place/);
  },
);

Then('the page of {string} explains that 2 players were passed', async function (this: World, name: string) {
  const id = await this.playerId(name);
  const [row] = await this.sql`select username from public.profiles where id = ${id}`;
  const page = await this.pageOf('visitor');
  await page.goto(`${this.webUrl}/players/${row?.username}?movement=refresh`);
  const why = page.getByRole('region', { name: /^Why .* rank changed$/ });
  await why.getByText(/went up from [#T]\d/).waitFor();
  await why.getByRole('heading', { name: 'Passed 2', exact: true }).waitFor();
});

When('{string} asks for the players around', async function (this: World, name: string) {
  this.answer = await this.sandbox.useCommand(name, 'leaderboard', { around_me: true });
});

Then(
  'the answer marks the row of {string} among the players right above and below',
  async function (this: World, name: string) {
    const { position } = await this.standing(name);
    assert.match(this.answerText, new RegExp(`\\*\\*${await this.displayName(name)}\\*\\* ← you`));
    const first = Math.max(1, position - 5);
    const peers = await this.api.readPage(first, position + 5 - first + 1);
    assert.ok(this.answerText.includes(`${first}–${first + peers.length - 1} of`), this.answerText);
  },
);
