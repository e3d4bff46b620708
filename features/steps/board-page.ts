import assert from 'node:assert/strict';
import { Given, Then } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

Given('{string} has signed in on the board', async function (this: World, name: string) {
  await this.signInWithEmail(name);
  const page = await this.pageOf(name);
  await page.goto(this.webUrl);
  await page
    .getByRole('status')
    .filter({ hasText: /^\s*Live/ })
    .waitFor();
});

Then(
  'the board tells {string} the rank, the score and the points to the player above',
  async function (this: World, name: string) {
    const { rank, position, score } = await this.standing(name);
    const [above] = await this.api.readPage(position - 1, 1);
    const page = await this.pageOf(name);
    const summary = (await page.getByRole('region', { name: 'Your standing' }).textContent()) ?? '';
    const write = (value: number) => value.toLocaleString('en-US');
    assert.match(summary, new RegExp(`You’re [#T]${write(rank)}`));
    assert.ok(summary.includes(`${write(score)} points`), summary);
    assert.ok(above, 'Somebody is above.');
    assert.match(summary, new RegExp(`${write(above.score - score)} points? to [#T]|level with`));
  },
);

Then('the row of {string} is in sight without scrolling', async function (this: World, name: string) {
  const page = await this.pageOf(name);
  const row = page.getByRole('row').filter({ has: page.getByText('You', { exact: true }) });
  await waitUntil('the own row is in sight', () =>
    row.first().evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight + 1;
    }),
  );
});

/** The titles on the podium, from first to third. */
const readSteps = async (world: World): Promise<string[]> => {
  const steps = (await world.pageOf('visitor'))
    .getByRole('list', { name: 'The first three' })
    .getByRole('listitem');
  return steps.locator('.stand').allInnerTexts();
};

Then('each of the first three steps shows its own title', async function (this: World) {
  const steps = await readSteps(this);
  for (const [index, title] of ['Champion', 'Silver', 'Bronze'].entries())
    assert.match(steps[index] ?? '', new RegExp(title), steps.join());
});

Then('the first step says that Champion comes within {int} s', async function (this: World, seconds: number) {
  const [first = ''] = await readSteps(this);
  const [, minutes = '0', rest = '0'] = /Champion in (?:(\d+) min)? ?(?:(\d+) s)?/.exec(first) ?? [];
  const wait = Number(minutes) * 60 + Number(rest);
  assert.ok(wait > 0 && wait <= seconds, first);
});
