import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Given, Then, When } from '@cucumber/cucumber';
import { channelIds } from '#dev/seed/discord-community.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';

/** The AI credits that /profile shows in Discord. */
export async function readCredits(world: World, name: string): Promise<number> {
  const answer = await world.sandbox.useCommand(name, 'profile');
  const shown = /AI \*\*([\d,.]+)\*\*/.exec(JSON.stringify(answer.message))?.[1];
  assert.ok(shown, JSON.stringify(answer.message));
  return Number(shown.replace(/\D/g, ''));
}

export async function findCards(world: World): Promise<{ id: string; text: string }[]> {
  const messages = await world.sandbox.readChannel(channelIds.approvals);
  return messages.filter(({ text }) => text.includes(world.reason));
}

/** A request that a scenario leaves open counts against the limits of the next one. */
export function withdrawAfterwards(world: World, reason: string): void {
  world.afterwards.push(
    () => world.sql`
      update public.credit_requests set state = 'cancelled', closed_at = now()
      where reason = ${reason} and state = 'pending'`,
  );
}

const isAsking = (card: { text: string } | undefined): boolean =>
  card?.text.includes('req-approve:') ?? false;

export async function findRequest(world: World): Promise<{ id: string; state: string }> {
  const [row] = await world.sql`select id, state from public.credit_requests where reason = ${world.reason}`;
  if (!row) throw new Error(`Nobody asked for "${world.reason}"`);
  return { id: String(row.id), state: String(row.state) };
}

Given('the AI credits of {string} are known', async function (this: World, name: string) {
  this.scores.set(name, await readCredits(this, name));
});

When(
  '{string} requests {int} AI credits in Discord',
  async function (this: World, name: string, amount: number) {
    this.reason = `In Discord ${randomUUID()}`;
    withdrawAfterwards(this, this.reason);
    const wish = { type: 'ai', amount, reason: this.reason };
    const { message } = await this.sandbox.useCommand(name, 'request', wish);
    assert.match(JSON.stringify(message), /Request sent/);
  },
);

When(
  '{string} requests {int} AI credits on the web',
  async function (this: World, name: string, amount: number) {
    this.reason = `On the web ${randomUUID()}`;
    const page = await this.pageOf(name);
    await page.goto(`${this.webUrl}/profile`);
    await page.getByLabel('Amount').fill(String(amount));
    await page.getByLabel('What are they for?').fill(this.reason);
    await page.getByRole('button', { name: 'Request credits' }).click();
    await page.getByText('Request sent.').waitFor();
  },
);

Then('a card in the approvals channel asks for a decision', async function (this: World) {
  await waitUntil('the card asks for a decision', async () => isAsking((await findCards(this))[0]));
});

When('{string} approves the request in Discord', async function (this: World, name: string) {
  const [card] = await findCards(this);
  const { id } = await findRequest(this);
  await this.sandbox.click(name, card?.id ?? '', `req-approve:v1:${id}`);
});

When('{string} rejects the request on the web', async function (this: World, name: string) {
  const page = await this.pageOf(name);
  await page.goto(`${this.webUrl}/admin/requests`);
  const card = page.getByRole('article').filter({ hasText: this.reason });
  await card.getByRole('button', { name: /Reject/ }).click();
  await card.getByText('Rejected', { exact: true }).waitFor();
});

Then(
  'the card says {string} {string} and asks for nothing more',
  async function (this: World, what: string, name: string) {
    const [row] = await this.sql`select display_name from public.profiles where username = ${name}`;
    const outcome = `${what} **${String(row?.display_name)}**`;
    await waitUntil(`the card says ${outcome}`, async () => {
      const [card] = await findCards(this);
      return card?.text.includes(outcome) && !isAsking(card);
    });
    assert.equal((await findCards(this)).length, 1);
  },
);

Then('{string} is told once in a direct message', async function (this: World, name: string) {
  const readMessages = async () =>
    (await this.sandbox.readDirectMessages(name)).filter((text) => text.includes(this.reason));
  await waitUntil(`${name} is told`, async () => (await readMessages()).length > 0);
  assert.equal((await readMessages()).length, 1);
});

Then(
  'the AI credits of {string} have grown by {int}',
  async function (this: World, name: string, growth: number) {
    assert.equal((await readCredits(this, name)) - (this.scores.get(name) ?? 0), growth);
  },
);

Then('the request is still open', async function (this: World) {
  assert.equal((await findRequest(this)).state, 'pending');
});
