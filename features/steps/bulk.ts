import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Given, Then, When } from '@cucumber/cucumber';
import { channelIds } from '#dev/seed/discord-community.ts';
import { readShown } from '../support/sandbox.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';
import { withdrawAfterwards } from './requests.ts';

const pickId = 'req-bulk-pick:v1';

/** The text of the one message in which a bulk decision happens, once it shows what is expected. */
async function waitForBulk(world: World, name: string, expected: RegExp): Promise<void> {
  const id = world.answer?.message?.id ?? '';
  await waitUntil(`the message shows ${expected}`, async () => {
    const shown = await world.sandbox.readChannel(channelIds.approvals, name);
    world.bulkText = shown.find((message) => message.id === id)?.text ?? '';
    return expected.test(world.bulkText);
  });
}

async function requestInDiscord(world: World, name: string, amount: number): Promise<void> {
  const reason = `In bulk ${randomUUID()}`;
  const { message } = await world.sandbox.useCommand(name, 'request', { type: 'ai', amount, reason });
  assert.match(JSON.stringify(message), /Request sent/);
  const [row] = await world.sql`select id from public.credit_requests where reason = ${reason}`;
  world.requests.set(name, { id: String(row?.id), reason });
  withdrawAfterwards(world, reason);
}

When(
  '{string} and {string} each request {int} AI credits in Discord',
  async function (this: World, one: string, other: string, amount: number) {
    for (const name of [one, other]) await requestInDiscord(this, name, amount);
  },
);

When('{string} picks both for a bulk decision in Discord', async function (this: World, name: string) {
  const findSummary = async () =>
    (await this.sandbox.readChannel(channelIds.approvals)).find(({ text }) => text.includes('req-bulk:v1'));
  await waitUntil('the summary offers a bulk decision', async () => Boolean(await findSummary()));
  const opened = await this.sandbox.click(name, (await findSummary())?.id ?? '', 'req-bulk:v1');
  const ids = [...this.requests.values()].map(({ id }) => id);
  this.answer = await this.sandbox.pick(name, opened.message?.id ?? '', pickId, ids);
  await waitForBulk(this, name, /Approving 2/);
});

Then('the preview says that one will be paid, and why the other refuses', function (this: World) {
  assert.match(this.bulkText, /Approving 2: 1 will be paid, 1 refuses/);
  assert.match(this.bulkText, /You cannot decide your own request/);
});

When(
  '{string} approves what was picked with the comment {string}',
  async function (this: World, name: string, comment: string) {
    const customId = /req-bulk-confirm:v1:approve:\w+/.exec(this.bulkText)?.[0] ?? '';
    await this.sandbox.click(name, this.answer?.message?.id ?? '', customId);
    const form = { comment, mode: 'continue' };
    this.answer = await this.sandbox.submitForm(name, 'req-bulk-form:v1:approve', form);
    await waitForBulk(this, name, /Done:|Nothing was|Only managers/);
  },
);

Then('the result names {int} approved and {int} refused', function (this: World, done: number, not: number) {
  assert.ok(this.bulkText.includes(`Done: ${done} approved, ${not} refused`), this.bulkText);
});

Then(
  'the card of {string} says {string} and asks for nothing more',
  async function (this: World, name: string, words: string) {
    const reason = this.requests.get(name)?.reason ?? name;
    await waitUntil('the card is redrawn', async () => {
      const cards = await this.sandbox.readChannel(channelIds.approvals);
      const card = cards.find(({ text }) => text.includes(reason));
      return card?.text.includes(words) && !card.text.includes('req-approve:');
    });
  },
);

When('{string} undoes the bulk decision', async function (this: World, name: string) {
  const customId = /req-bulk-undo:v1:[0-9a-f-]+/.exec(this.bulkText)?.[0] ?? '';
  this.answer = await this.sandbox.click(name, this.answer?.message?.id ?? '', customId);
  await waitForBulk(this, name, /Undone/);
});

Given('{string} is no longer a manager', async function (this: World, name: string) {
  const setRole = (role: string) =>
    this.sql`update public.profiles set role = ${role} where username = ${name}`;
  await setRole('player');
  this.afterwards.push(() => setRole('manager'));
});

Then('both requests are still open', async function (this: World) {
  const ids = [...this.requests.values()].map(({ id }) => id);
  const rows = await this.sql`select state from public.credit_requests where id in ${this.sql(ids)}`;
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['pending', 'pending'],
  );
});

Then('the audit log names {string}', async function (this: World, name: string) {
  const player_id = await this.playerId(name);
  const rows = await this.sql`
    select action from public.audit_log
    where actor_id = ${player_id} and action in ('attempt.refused', 'credit_bulk_decision.refused')
      and occurred_at > now() - interval '5 minutes'`;
  assert.ok(rows.length > 0, 'no refused attempt is in the audit log');
});

Then('the bulk decision is refused with {string}', function (this: World, words: string) {
  assert.ok(this.bulkText.includes(words), this.bulkText);
});

Then('the answer says {string}', function (this: World, words: string) {
  assert.ok(this.answerText.includes(words), this.answerText);
});

When(
  '{string} grants {int} AI credits to {string} in Discord',
  async function (this: World, name: string, amount: number, player: string) {
    const options = { player, type: 'ai', amount, reason: `Granted ${randomUUID()}` };
    this.answer = await this.sandbox.useCommand(name, 'admin credits grant', options);
  },
);

When('{string} opens the request form in Discord', async function (this: World, name: string) {
  this.answer = await this.sandbox.useCommand(name, 'request');
});

Then('the form says how much is left of each credit type', function (this: World) {
  const form = readShown(this.answer?.response);
  assert.equal(form.match(/left in \d+ days, \d+ of \d+ waiting/g)?.length, 2, form);
});
