import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Then, When } from '@cucumber/cucumber';
import type { World } from '../support/world.ts';
import { signInToApi } from './credit-rules.ts';
import { findCards, findRequest, readCredits } from './requests.ts';

When(
  '{string} approves the request in Discord while {string} rejects it through the API',
  async function (this: World, approver: string, rejecter: string) {
    const [card] = await findCards(this);
    const { id } = await findRequest(this);
    const client = await signInToApi(rejecter);
    const rejection = { request_id: id, decision: 'reject', comment: '', idempotency_key: randomUUID() };
    const [answer, { error }] = await Promise.all([
      this.sandbox.click(approver, card?.id ?? '', `req-approve:v1:${id}`),
      client.rpc('decide_credit_request', rejection),
    ]);
    this.answer = answer;
    this.refusal = error?.message ?? '';
  },
);

Then('one decision counts, and the other manager sees whose it was', async function (this: World) {
  const { id, state } = await findRequest(this);
  const decisions = await this.sql`
    select word.decision, approver.display_name from public.credit_decisions as word
    join public.profiles as approver on approver.id = word.decided_by where word.request_id = ${id}`;
  assert.equal(decisions.length, 1);
  // The manager whose decision came second sees who won, where they decided.
  const [winner] = decisions;
  const told = state === 'rejected' ? this.answerText : this.refusal;
  assert.match(told, new RegExp(`${String(winner?.display_name)}.* has already ${state} this request`));
});

Then(
  'the AI credits of {string} have grown by what was approved',
  async function (this: World, name: string) {
    const { state } = await findRequest(this);
    const growth = (await readCredits(this, name)) - (this.scores.get(name) ?? 0);
    assert.equal(growth, state === 'approved' ? 15 : 0);
  },
);
