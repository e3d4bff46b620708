import { expect, test } from 'vitest';
import { createRig } from '#bot/testing/interaction-rig.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { DiscordError } from '../transport/discord-error.ts';
import { refreshRequestCard } from './request-card.ts';

const card = { channel_id: '777777777777777777', message_id: '666666666666666666' };
const approvals = '888888888888888888';
const guild = {
  id: '999999999999999999',
  name: 'Arena',
  approvals_channel_id: approvals,
  announcements_channel_id: null,
  tier_role_ids: {},
  health: {},
  health_checked_at: null,
  created_at: '2026-11-22T12:00:00Z',
};
const refuse = (status: number, code: number) => new DiscordError('PATCH /messages', status, code, 'no');

interface Scene {
  state?: 'pending' | 'approved';
  /** Discord's answers to an edit and to a new message. */
  edit?: DiscordError;
  post?: DiscordError;
}

function play({ state = 'pending', edit, post }: Scene) {
  const replaced: unknown[] = [];
  const rig = createRig(
    {
      get_request_card: () => card,
      get_credit_request: () => makeCreditRequest({ state }),
      guilds: () => [guild],
      record_request_card: (args) => {
        replaced.push(args.replaces_message_id);
        return { channel_id: args.channel_id, message_id: args.message_id };
      },
    },
    {
      discord: (path) => {
        const isEdit = path.endsWith(card.message_id);
        if (isEdit && edit) throw edit;
        if (!isEdit && post) throw post;
        return isEdit ? null : { id: '555555555555555555', channel_id: approvals };
      },
    },
  );
  return { outcome: refreshRequestCard(rig.context, 'r'), replaced };
}

test.each<[string, Scene, string]>([
  ['shows the request as it is', {}, 'refreshed'],
  [
    'posts the card of an open request again after a moderator deleted it',
    { edit: refuse(404, 10008) },
    'posted_again',
  ],
  ['does so when its channel is gone', { edit: refuse(404, 10003) }, 'posted_again'],
  ['posts no card for a closed request', { state: 'approved', edit: refuse(404, 10008) }, 'deleted'],
  [
    'leaves it to the web when the channel is closed to the bot',
    { edit: refuse(403, 50001) },
    'channel_closed',
  ],
  [
    'leaves it to the web when the bot may no longer write',
    { edit: refuse(404, 10008), post: refuse(403, 50013) },
    'channel_closed',
  ],
])('%s', async (_what, scene, expected) => {
  const { outcome, replaced } = play(scene);
  expect(await outcome).toBe(expected);
  expect(replaced).toEqual(expected === 'posted_again' ? [card.message_id] : []);
});

test('fails on outages, to be retried', async () => {
  await expect(play({ edit: refuse(502, 0) }).outcome).rejects.toThrow(DiscordError);
});
