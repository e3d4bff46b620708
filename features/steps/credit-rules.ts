import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Given, Then, When } from '@cucumber/cucumber';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { personaPassword } from '#dev/seed/personas.ts';
import { waitUntil } from '../support/wait-until.ts';
import { getSharedStack, type World } from '../support/world.ts';
import { findCards, findRequest } from './requests.ts';

/** A person who calls the database's own API directly, bypassing every page and command. */
export async function signInToApi(name: string): Promise<SupabaseClient> {
  const { SUPABASE_URL = '', PUBLIC_SUPABASE_PUBLISHABLE_KEY = '' } = getSharedStack().stack.environment;
  const client = createClient(SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const credentials = { email: `${name}@dealscale.local`, password: personaPassword };
  const { error } = await client.auth.signInWithPassword(credentials);
  if (error) throw error;
  return client;
}

When(
  '{string} requests and withdraws credits {int} times through the API',
  async function (this: World, name: string, times: number) {
    const client = await signInToApi(name);
    const player_id = await this.playerId(name);
    this.reason = `Flood ${randomUUID()}`;
    // The limit must not affect later scenarios.
    this.afterwards.push(
      () => this.sql`delete from platform.rate_limits where bucket like ${`%:${player_id}`}`,
    );
    for (let round = 0; round < times; round += 1) {
      const wish = { credit_type: 'lead', amount: 1, reason: this.reason, idempotency_key: randomUUID() };
      const { data, error } = await client.rpc('request_credits', wish);
      if (error) assert.equal(error.details, 'rate_limited');
      else {
        const withdrawal = { request_id: data.id, idempotency_key: randomUUID() };
        await client.rpc('cancel_credit_request', withdrawal).throwOnError();
      }
    }
  },
);

Then('no more than {int} requests were made', async function (this: World, most: number) {
  const rows = await this.sql`select 1 from public.credit_requests where reason = ${this.reason}`;
  assert.ok(rows.length > 0 && rows.length <= most, `${rows.length} requests were made`);
});

Then('{string} is told in Discord how long to wait', async function (this: World, name: string) {
  const wish = { type: 'lead', amount: 1, reason: this.reason };
  this.answer = await this.sandbox.useCommand(name, 'request', wish);
  assert.match(this.answerText, /Try again in \d+ (second|minute)/);
});

When(
  '{string} grants {int} AI credits to {string}',
  async function (this: World, name: string, amount: number, to: string) {
    const client = await signInToApi(name);
    this.reason = `Granted ${randomUUID()}`;
    const { error } = await client.rpc('grant_credits', {
      player_id: await this.playerId(to),
      credit_type: 'ai',
      amount,
      reason: this.reason,
      idempotency_key: randomUUID(),
    });
    this.refusal = error?.details ?? '';
  },
);

Then('the grant is refused as {string}', function (this: World, code: string) {
  assert.equal(this.refusal, code);
});

When('{string}, who is new, starts a request in Discord', async function (this: World, name: string) {
  const user = `${name}_${randomUUID().slice(0, 8)}`;
  await this.sandbox.createUser(user);
  await this.sandbox.joinGuild(user);
  this.answer = await this.sandbox.useCommand(user, 'request');
});

Then('the answer says how to link, and no form opens', function (this: World) {
  assert.match(this.answerText, /Link my account/);
});

When('a moderator deletes the card', async function (this: World) {
  const [card] = await findCards(this);
  await this.sandbox.deleteMessage(card?.id ?? '');
  assert.deepEqual(await findCards(this), []);
});

When('{string} approves the request through the API', async function (this: World, name: string) {
  const client = await signInToApi(name);
  const { id } = await findRequest(this);
  const decision = { request_id: id, decision: 'approve', comment: '', idempotency_key: randomUUID() };
  await client.rpc('decide_credit_request', decision).throwOnError();
});

Given('{string} takes no direct messages', async function (this: World, name: string) {
  await this.sandbox.setDirectMessages(name, false);
  this.afterwards.push(() => this.sandbox.setDirectMessages(name, true));
});

Then('the card says that {string} takes no direct messages', async function (this: World, name: string) {
  await waitUntil('the card says so', async () => {
    const [card] = await findCards(this);
    return card?.text.includes('Takes no direct messages');
  });
  const messages = await this.sandbox.readDirectMessages(name);
  assert.ok(messages.every((text) => !text.includes(this.reason)));
});
