import type { BulkDecision } from '#domain/credits/bulk-decision.ts';
import { toPresentable } from '#domain/platform/text/presentable-text.ts';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import type { ComponentInteraction, Interaction, OptionValue } from '../interactions/interaction.ts';
import { makeBulkDecision, makeRefusal } from './bulk-samples.ts';
import { createRig, creditRequest, player, type Rpc } from './interaction-rig.ts';
import { makeAutocomplete, makeCommand, makeComponentUse } from './make-interaction.ts';
import { makeBoardPage, makeComparison, makeOwnProfile, makeRequest, makeStats } from './message-samples.ts';

const balance = { available: 1, held: 0 };
const other = 'b0000000-0000-4000-8000-000000000001';

const at = '2026-11-22T12:00:00Z';
const transfer = {
  ...{ id: other, kind: 'grant', credit_type: 'ai', player_id: other, amount: 5, reason: 'tests' },
  ...{ reversal_of: null, hold_id: null, request_id: null, actor_id: null, source: 'discord' },
  created_at: at,
};
const notAllowed = {
  ...{ status: 403, code: 'manager_only', message: 'Only managers can decide requests.' },
  action: 'Ask a manager.',
};

/** What the queue of requests shows. */
export const makeQueue = (requests: object[]) => ({
  requests: requests.map((request) => ({ ...request, requester: null })),
  ...{ next_cursor: null, counts: { ...noCounts, pending: requests.length } },
});
const noCounts = { pending: 0, approved: 0, rejected: 0, cancelled: 0, expired: 0 };

/** A store whose answers contain this text wherever people choose text. */
function answerWith(text: string, isRefusing: boolean): Record<string, Rpc> {
  const refusal = {
    ...{
      code: 'DS409',
      message: `\u2068${toPresentable(text, 80)}\u2069 has already approved this request.`,
    },
    ...{ details: isRefusing ? 'comment_needed' : 'request_already_decided', hint: 'Nothing is left to do.' },
  };
  const refuse = () => Response.json(refusal, { status: 409 });
  const found = { player_id: other, username: 'pia', display_name: text, avatar_url: null, standing: null };
  const request = { ...makeRequest(text), player_id: player.player_id, replayed: false };
  const balances = { ai: balance, lead: balance };
  const granted = { transfer: transfer, request: null, balances };
  const proposed = { transfer: null, request, balances };
  const decideAll = (change: Partial<BulkDecision>) => ({
    ...makeBulkDecision(
      [makeRequest(text), makeRequest(text)],
      [{}, { outcome: 'refused', refusal: makeRefusal(text) }],
      change,
    ),
    replayed: false,
  });
  const manyRequests = Array.from({ length: 25 }, () => request);
  const decided = {
    request,
    decision: request.decisions[0],
    balances: { ai: balance, lead: balance },
    replayed: false,
  };
  return {
    find_player_by_discord: () => ({ ...player, role: 'admin', display_name: text }),
    get_board_page: () => makeBoardPage(text),
    get_standing: () => null,
    get_standings_around: () =>
      makeBoardPage(text).standings.map((one) => ({ ...one, player_id: player.player_id })),
    list_boards: () => [
      {
        slug: 'all-time',
        name: text,
        kind: 'all_time',
        time_zone: 'UTC',
        awards_tiers: true,
        player_count: 1,
        periods: [],
      },
    ],
    search_players: () => [found],
    get_player_stats: () => makeStats(text),
    get_credit_balances: () => ({ ai: balance, lead: balance }),
    compare_players: () => makeComparison(text),
    get_own_profile: () => makeOwnProfile(text),
    request_credits: isRefusing ? refuse : () => request,
    list_credit_requests: () => ({ requests: [request, request, request], next_cursor: null }),
    list_request_queue: () => makeQueue(isRefusing ? [] : manyRequests),
    grant_credits: isRefusing ? refuse : ({ amount }) => (amount === 5 ? granted : proposed),
    revoke_credits: isRefusing ? refuse : () => ({ transfer: { ...transfer, kind: 'revoke' }, balances }),
    decide_credit_request: isRefusing ? refuse : () => decided,
    bulk_decide_credit_requests: ({ decision, is_preview }) =>
      isRefusing
        ? { refusal: notAllowed }
        : decideAll({
            decision: decision === 'reject' ? 'reject' : 'approve',
            is_preview: is_preview === true,
          }),
    undo_bulk_decision: isRefusing ? refuse : () => decideAll({ undone_at: at }),
    unlink_discord: isRefusing
      ? refuse
      : () => ({ discord_user_id: '222222222222222222', keeps_sign_in: true, revokes_access: true }),
  };
}

const userId = '222222222222222222';
const by = (text: string) => ({ user: { id: userId, username: text } });

/** Interactions with the chosen text wherever the user can type. */
export type InteractionSample = (text: string) => { interaction: Interaction; isRefusing?: boolean };

const command =
  (name: string, options: Record<string, OptionValue> = {}, isRefusing = false): InteractionSample =>
  (text) => ({ interaction: makeCommand(name, options, { ...by(text), target_id: userId }), isRefusing });

const complete =
  (name: string, option: string, typed: string): InteractionSample =>
  (text) => ({ interaction: makeAutocomplete(name, { name: option, text: typed }, by(text)) });

const useWith =
  (action: string, change: Partial<ComponentInteraction> = {}, isRefusing = false): InteractionSample =>
  (text) => ({
    interaction: makeComponentUse(action, { ...by(text), is_on_ephemeral_message: true, ...change }),
    isRefusing,
  });

const use = (
  action: string,
  args: string,
  fields: Record<string, string> = {},
  isRefusing = false,
): InteractionSample => useWith(`${action}:v1:${args}`, { fields }, isRefusing);

const picked = { 'req-bulk-pick:v1': [creditRequest.id] };
const wish = { type: 'ai', amount: 5, reason: 'tests' };
const wishFields = { credit_type: 'ai', amount: '5', reason: 'tests' };

/**
 * Every command, every option with suggestions (marked …), every button and form (by its action, marked #).
 */
export const interactionSamples: Record<string, readonly InteractionSample[]> = {
  leaderboard: [command('leaderboard'), command('leaderboard', { around_me: true })],
  profile: [command('profile'), command('profile', { player: other })],
  stats: [command('stats'), command('stats', { player: 'pia' })],
  compare: [command('compare', { player: other })],
  request: [command('request', wish), command('request', wish, true), command('request')],
  link: [command('link')],
  unlink: [command('unlink')],
  why: [command('why')],
  help: [command('help')],
  'View profile': [command('View profile')],
  'admin credits balance': [command('admin credits balance', { player: other })],
  'admin credits grant': [
    command('admin credits grant', { player: other, ...wish }),
    command('admin credits grant', { player: other, ...wish, valid_days: 30 }, true),
    command('admin credits grant', { player: other, ...wish, amount: 600 }),
  ],
  'admin credits revoke': [
    command('admin credits revoke', { player: other, ...wish }),
    command('admin credits revoke', { player: other, ...wish }, true),
  ],
  'admin requests list': [command('admin requests list'), command('admin requests list', {}, true)],
  'admin requests approve': [
    command('admin requests approve', { request: creditRequest.id }),
    command('admin requests approve', { request: creditRequest.id }, true),
    command('admin requests approve', { request: 'pi' }),
  ],
  'admin requests reject': [command('admin requests reject', { request: creditRequest.id, comment: 'no' })],
  'admin requests bulk': [command('admin requests bulk')],
  'admin player': [command('admin player', { player: other })],
  'admin credits grant …': [complete('admin credits grant', 'player', 'pi')],
  'admin credits revoke …': [complete('admin credits revoke', 'player', 'pi')],
  'admin credits balance …': [complete('admin credits balance', 'player', 'pi')],
  'admin requests approve …': [complete('admin requests approve', 'request', '')],
  'admin requests reject …': [complete('admin requests reject', 'request', '')],
  'admin player …': [complete('admin player', 'player', 'pi')],
  'leaderboard …': [complete('leaderboard', 'board', '')],
  'profile …': [complete('profile', 'player', ''), complete('profile', 'player', 'pi')],
  'stats …': [complete('stats', 'player', 'pi')],
  'compare …': [complete('compare', 'with', 'pi')],
  '#lb': [use('lb', 'all-time:11:next'), use('lb', 'all-time:me:me')],
  '#lb-share': [use('lb-share', 'all-time:1')],
  '#req-approve': [use('req-approve', creditRequest.id), use('req-approve', creditRequest.id, {}, true)],
  '#req-approve-why': [use('req-approve-why', creditRequest.id)],
  '#req-approve-form': [use('req-approve-form', creditRequest.id, { comment: 'ok' })],
  '#req-reject': [use('req-reject', creditRequest.id)],
  '#req-reject-why': [use('req-reject-why', creditRequest.id)],
  '#req-reject-form': [use('req-reject-form', creditRequest.id, { comment: 'no' })],
  '#req-bulk': [useWith('req-bulk:v1'), useWith('req-bulk:v1', {}, true)],
  '#req-bulk-pick': [
    useWith('req-bulk-pick:v1', { values: [creditRequest.id] }),
    useWith('req-bulk-pick:v1', { values: [creditRequest.id] }, true),
  ],
  '#req-bulk-preview': [
    useWith('req-bulk-preview:v1:reject', { picked }),
    useWith('req-bulk-preview:v1:reject'),
  ],
  '#req-bulk-confirm': [
    use('req-bulk-confirm', 'approve:optional'),
    use('req-bulk-confirm', 'reject:required'),
  ],
  '#req-bulk-form': [
    useWith('req-bulk-form:v1:approve', { picked, fields: { comment: 'ok', mode: 'continue' } }),
    useWith('req-bulk-form:v1:reject', { picked, fields: { comment: 'no', mode: 'stop_at_first' } }, true),
    useWith('req-bulk-form:v1:approve'),
  ],
  '#req-bulk-undo': [use('req-bulk-undo', other), use('req-bulk-undo', other, {}, true)],
  '#req-form': [use('req-form', '', wishFields), use('req-form', '', { ...wishFields, amount: 'many' })],
  '#unlink': [use('unlink', player.player_id), use('unlink', player.player_id, {}, true)],
};

/** The answers to Discord if every user-chosen text is this one. */
export async function runInteraction(sample: InteractionSample, text: string): Promise<unknown> {
  const { interaction, isRefusing = false } = sample(text);
  const { context } = createRig(answerWith(text, isRefusing));
  const { response } = await answerInteraction(interaction, context);
  return 'data' in response ? response.data : null;
}
