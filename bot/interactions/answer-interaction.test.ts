import { describe, expect, test } from 'vitest';
import { createRig, creditRequest, player } from '../testing/interaction-rig.ts';
import { makeCommand, makeComponentUse } from '../testing/make-interaction.ts';
import { DiscordError } from '../transport/discord-error.ts';
import { answerInteraction } from './answer-interaction.ts';

const completeRequest = makeCommand('request', { type: 'ai', amount: 50, reason: 'tests' });

/** A value that resolves when it is released. */
function hold<T>(value: T) {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, release: () => resolve(value) };
}

describe('answerInteraction', () => {
  test('answers a ping', async () => {
    const { context } = createRig();
    const { response } = await answerInteraction({ kind: 'ping' }, context);
    expect(response).toEqual({ type: 1 });
  });

  test('answers at once, for one person only, if the handler is quick', async () => {
    const { context, finished, edits } = createRig();
    const { response, afterwards } = await answerInteraction(makeCommand('help'), context);
    await afterwards;
    expect(response).toMatchObject({
      type: 4,
      data: { flags: 32_768 + 64, allowed_mentions: { parse: [] } },
    });
    expect(finished).toMatchObject([{ interaction_id: completeRequest.id, outcome: 'done' }]);
    expect(edits).toEqual([]);
  });

  test('acknowledges if the handler is slow, and edits when it is done', async () => {
    const held = hold(player);
    const rig = createRig({ find_player_by_discord: () => held.promise }, { isImpatient: true });
    const { response, afterwards } = await answerInteraction(makeCommand('link'), rig.context);
    expect(response).toEqual({ type: 5, data: { flags: 64 } });
    expect(rig.edits).toEqual([]);
    held.release();
    await afterwards;
    expect(rig.edits).toMatchObject([{ path: '/webhooks/333333333333333333/token/messages/@original' }]);
    expect(rig.finished).toHaveLength(1);
  });

  test('retries an answer that overtook its acknowledgement', async () => {
    let tooEarlyCount = 2;
    const held = hold(player);
    const discord = (path: string) => {
      if (tooEarlyCount-- > 0) throw new DiscordError(path, 404, 10015, 'Unknown Webhook');
    };
    const rig = createRig({ find_player_by_discord: () => held.promise }, { isImpatient: true, discord });
    const { afterwards } = await answerInteraction(makeCommand('link'), rig.context);
    held.release();
    await afterwards;
    expect(rig.edits).toHaveLength(1);
    expect(rig.finished).toHaveLength(1);
  });

  test('stores a write before it is acknowledged or executed', async () => {
    const saving = hold({ first: true, response: null, retry_at: null });
    const requesting = hold(creditRequest);
    const payloads: unknown[] = [];
    const rig = createRig(
      {
        begin_interaction: ({ payload }) => {
          payloads.push(payload);
          return saving.promise;
        },
        request_credits: () => requesting.promise,
      },
      { isImpatient: true },
    );
    let isAcknowledged = false;
    const answering = answerInteraction(completeRequest, rig.context).then((answered) => {
      isAcknowledged = true;
      return answered;
    });
    await expect.poll(() => rig.calls).toEqual(['begin_interaction']);
    expect(isAcknowledged).toBe(false);
    saving.release();
    const { response, afterwards } = await answering;
    expect(response).toMatchObject({ type: 5 });
    expect(payloads).toMatchObject([{ kind: 'command', name: 'request', id: completeRequest.id }]);
    requesting.release();
    await afterwards;
    expect(rig.finished).toMatchObject([{ outcome: 'done' }]);
  });

  test('ties the effect to the interaction and to the linked player', async () => {
    const asked: unknown[] = [];
    const { context } = createRig({
      request_credits: (args) => {
        asked.push(args);
        return creditRequest;
      },
    });
    await (await answerInteraction(completeRequest, context)).afterwards;
    const idempotency_key = `discord:${completeRequest.id}`;
    expect(asked).toMatchObject([{ idempotency_key, acting_player_id: player.player_id, source: 'discord' }]);
  });

  test('repeats the first answer for a repeated interaction, without effects', async () => {
    const response = {
      flags: 32_768,
      components: [{ type: 10, content: 'first' }],
      allowed_mentions: { parse: [] },
    };
    const { context, calls } = createRig({
      begin_interaction: () => ({ first: false, retry_at: null, response }),
    });
    const answered = await answerInteraction(completeRequest, context);
    await answered.afterwards;
    expect(answered.response).toMatchObject({ type: 4, data: { components: response.components } });
    expect(calls).toEqual(['begin_interaction']);
  });

  test('opens a form with its own id and what is left if options are missing, after one look-up', async () => {
    const { context, calls } = createRig();
    const { response } = await answerInteraction(makeCommand('request', { amount: 7 }), context);
    expect(response).toMatchObject({ type: 9, data: { custom_id: `req-form:v1:${completeRequest.id}` } });
    expect(JSON.stringify(response)).toContain(
      'Up to 1,000 now; 3,000 left in 30 days, 0 of 3 waiting; above 500 two decide',
    );
    expect(calls).toEqual(['find_player_by_discord', 'get_request_limits']);
  });

  test.each([
    ['breaks', () => new TypeError('away'), {}],
    ['takes too long', () => new Promise(() => {}), { isImpatient: true }],
  ])('opens the form even if the lookup %s: submitting it checks again', async (_how, lookUp, options) => {
    const { context } = createRig({ find_player_by_discord: lookUp }, options);
    const { response } = await answerInteraction(makeCommand('request', { amount: 7 }), context);
    expect(response.type).toBe(9);
  });

  const sendForm = (amount: string, formKey = '999') =>
    makeComponentUse(`req-form:v1:${formKey}`, {
      fields: { credit_type: 'lead', amount, reason: 'Typed with *care*' },
    });

  test('treats a resubmitted form as the same request', async () => {
    const keys: unknown[] = [];
    const { context } = createRig({
      request_credits: ({ idempotency_key }) => {
        keys.push(idempotency_key);
        return { ...creditRequest, replayed: keys.length > 1 };
      },
    });
    const [first, again] = [
      await answerInteraction(sendForm('7'), context),
      await answerInteraction({ ...sendForm('7'), id: '111111111111111112' }, context),
    ];
    expect(keys).toEqual(['discord:form:999', 'discord:form:999']);
    expect(JSON.stringify(first.response)).toContain('Request sent');
    expect(JSON.stringify(again.response)).toContain('You already have this request waiting');
  });

  const refusal = (details: string) =>
    Response.json({ code: 'DS429', message: 'No.', details, hint: 'Wait.' }, { status: 400 });
  test.each([
    ['the link was removed meanwhile', '7', { find_player_by_discord: () => null }, 'profile?link=discord'],
    ['the amount is no number', 'seven', {}, 'not a number'],
    ['a limit is reached', '7', { request_credits: () => refusal('rate_limited') }, 'Wait.'],
    [
      'the form was sent before with something else in it',
      '7',
      { request_credits: () => refusal('idempotency_key_reused') },
      'This form was sent before',
    ],
  ])('repeats what was typed when %s', async (_why, amount, rpcs, expected) => {
    const { context } = createRig(rpcs);
    const { response } = await answerInteraction(sendForm(amount), context);
    const text = JSON.stringify(response);
    expect(text).toContain(expected);
    expect(text).toContain('Typed with \\\\*care\\\\*');
    if (amount === '7') expect(text).toContain('7 Lead credits');
  });

  test('tells a person without a player how to link instead of opening a form', async () => {
    const { context, calls } = createRig({ find_player_by_discord: () => null });
    const { response } = await answerInteraction(makeCommand('request', { amount: 7 }), context);
    expect(response.type).toBe(4);
    expect(JSON.stringify(response)).toContain('http://web/profile?link=discord');
    expect(calls).not.toContain('request_credits');
  });

  test('reports that it is unclear what was saved while the database is down', async () => {
    const { context, finished } = createRig({ begin_interaction: () => new TypeError('away') });
    const { response, afterwards } = await answerInteraction(completeRequest, context);
    await afterwards;
    expect(JSON.stringify(response)).toContain('not certain that this was saved');
    expect(finished).toEqual([]);
  });

  test('leaves a stored write open, to be completed later, if it fails', async () => {
    const { context, finished } = createRig({ request_credits: () => new TypeError('away') });
    const { response, afterwards } = await answerInteraction(completeRequest, context);
    await afterwards;
    expect(JSON.stringify(response)).toContain('no need to repeat it');
    expect(finished).toEqual([]);
  });

  test('stops rate-limited people before anything happens', async () => {
    const retry_at = '2026-11-22T12:00:20Z';
    const { context, calls } = createRig({
      begin_interaction: () => ({ first: true, response: null, retry_at }),
    });
    const { response } = await answerInteraction(completeRequest, context);
    expect(JSON.stringify(response)).toContain('Try again <t:1795348820:R>');
    expect(calls).toEqual(['begin_interaction']);
  });

  test('invites people without a player to link, with a button', async () => {
    const { context } = createRig({ find_player_by_discord: () => null });
    const { response } = await answerInteraction(completeRequest, context);
    expect(JSON.stringify(response)).toContain('http://web/profile?link=discord');
  });

  test('answers buttons of another version instead of failing', async () => {
    const { context } = createRig();
    const click = makeComponentUse('lb:v0:all-time', { is_on_ephemeral_message: true });
    const { response } = await answerInteraction(click, context);
    expect(response).toMatchObject({ type: 4, data: { flags: 32_768 + 64 } });
    expect(JSON.stringify(response)).toContain('Run the command again');
  });
});
