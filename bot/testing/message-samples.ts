import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { makeRequestLimits } from '#domain/credits/testing/make-request-limits.ts';
import { creditRequestKinds, creditRequestStates } from '#domain/credits/vocabulary.ts';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { toPresentable } from '#domain/platform/text/presentable-text.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import type { PlayerComparison } from '#store/leaderboard/reads/player-comparison-schema.ts';
import type { PlayerStats } from '#store/leaderboard/reads/player-stats-schema.ts';
import { buildBulkOutcome, buildBulkPick, buildBulkPreview } from '../credits/bulk/bulk-message.ts';
import { buildRequestForm } from '../credits/request-forms.ts';
import {
  buildDecisionMessage,
  buildEscalationMessage,
  buildRequestCard,
  buildRequestReceipt,
  buildRequestReminder,
  quoteWish,
} from '../credits/request-message.ts';
import { buildWaitingList } from '../credits/waiting-message.ts';
import { buildProfileMessage } from '../identity/profile-message.ts';
import { buildStaffProfile } from '../identity/staff-profile-message.ts';
import { buildComparisonMessage } from '../leaderboard/comparison-message.ts';
import {
  buildLeaderboardMessage,
  buildSharedLeaderboardMessage,
} from '../leaderboard/leaderboard-message.ts';
import { buildStatsMessage } from '../leaderboard/stats-message.ts';
import { buildLinkInvitation, buildNotice, buildRefusal } from '../platform/notice.ts';
import { showSentence } from '../platform/shown-text.ts';
import { buildRoleMessage } from '../roles/role-message.ts';
import { listBulkDecisions } from './bulk-samples.ts';

const at = '2026-11-22T12:00:00Z';
const balance = { available: 5, held: 1 };
const balances = { ai: balance, lead: balance };
const view = { webUrl: 'http://web', locale: 'en-US' };
const player_id = 'a0000000-0000-4000-8000-000000000001';
const other_id = 'a0000000-0000-4000-8000-000000000002';

export const makeBoardPage = (text: string) => ({
  board: makeBoard({ name: text, ends_at: at }),
  standings: Array.from({ length: 10 }, (_, index) =>
    makeStanding(index + 1, { display_name: text, movement: 1, tier: 'elite' }),
  ),
  next_cursor: null,
});

export function makeComparison(text: string): PlayerComparison {
  const makeSide = (id: string) => ({
    ...{ player_id: id, username: 'pia', display_name: text, avatar_url: null, standing: null },
  });
  const board: PlayerComparison['comparison'] = {
    board: 'all-time',
    name: text,
    positions: [1, 2],
    ranks: [
      { rank: 1, is_tied: true },
      { rank: 1, is_tied: true },
    ],
    scores: [5, 5],
    leader_player_id: player_id,
    lead_points: 1,
    leads_since: at,
  };
  return {
    players: [makeSide(player_id), makeSide(other_id)],
    comparison: board,
    boards: Array.from({ length: 12 }, (_, index) => ({ ...board, board: `b${index}`, lead_points: index })),
    metrics: [{ metric: 'deal_closed', points: [5, 5], units: [1, 1] }],
  };
}

export function makeStats(text: string): PlayerStats {
  const standing = makeStanding(1, { display_name: text });
  const board = { board: 'all-time', name: text, kind: 'all_time' as const, player_count: 9, standing };
  return {
    ...{ player_id, username: 'pia', display_name: text, avatar_url: null, created_at: at, left_at: null },
    is_anonymous: false,
    today: '2026-11-22',
    totals: [{ metric: 'deal_closed', units: 1, points: 5, event_count: 1, last_occurred_at: at }],
    standings: Array.from({ length: 16 }, () => board),
    events: [],
    activity: [],
    tiers: [],
    past_periods: [],
  };
}

export function makeOwnProfile(text: string): OwnProfile {
  const role = {
    ...{ guild_id: '1', guild_name: text, discord_user_id: '2', player_id },
    ...{ desired_tier: 'elite' as const, confirmed_tier: null, cause_code: 'x', cause: text },
    ...{ changed_at: at, checked_at: at },
  };
  return {
    player: {
      ...{ id: player_id, username: 'pia', display_name: text, avatar_url: null, role: 'player' },
      ...{ visibility: 'public', is_ranked: true, left_at: null, locale: 'en-US', time_zone: 'UTC' },
      created_at: at,
    },
    link: null,
    signs_in_with_discord: true,
    balances,
    follows_rank: true,
    tiers: [{ board: 'all-time', board_name: text, tier: 'elite', since: at }],
    member_roles: [
      { ...role, state: 'failed' },
      { ...role, state: 'confirmed' },
      { ...role, state: 'pending' },
    ],
  };
}

const makeLink = (text: string): OwnProfile['link'] => ({
  ...{ player_id, discord_user_id: '222222222222222222', discord_username: 'pia' },
  ...{ discord_display_name: text, discord_avatar_url: null, linked_at: at, linked_by: null, scopes: [] },
});

const listOf = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

const idOf = (index: number) => `c0000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}`;
const manyRequests = (text: string) =>
  listOf(25, (index) => makeRequest(text, { id: idOf(index), amount: 1_000_000 }));

export function makeRequest(text: string, change: Partial<CreditRequest> = {}): CreditRequest {
  const decision = {
    ...{ decision: 'approve' as const, decided_by: other_id, decided_by_name: text, decided_at: at },
    ...{ comment: text, source: 'web', is_final: false, is_fallback: true },
    ...{ is_automatic: false, on_behalf_of_name: text },
  };
  const named = { username: 'pia', display_name: text, reason: text, decisions: [decision, decision] };
  return makeCreditRequest({ ...named, approvals_needed: 2, ...change });
}

const requests = (text: string): CreditRequest[] =>
  creditRequestStates.flatMap((state) =>
    creditRequestKinds.map((kind) =>
      makeRequest(text, {
        ...{ state, kind, closed_at: at, requester_notice: 'closed' },
        proposed_by_name: kind === 'request' ? null : text,
      }),
    ),
  );

/** The output of every message builder if every user-chosen text is this one. */
export const messageSamples: Record<string, (text: string) => unknown[]> = {
  buildComparisonMessage: (text) => [
    buildComparisonMessage(makeComparison(text), view),
    buildComparisonMessage({ ...makeComparison(text), metrics: [] }, view),
  ],
  buildLeaderboardMessage: (text) => {
    const page = makeBoardPage(text);
    const own = page.standings[1] ?? null;
    const upcoming = { ...page, board: { ...page.board, state: 'upcoming' as const } };
    return [page, { ...page, standings: [] }, upcoming].map((shown) =>
      buildLeaderboardMessage({ ...view, page: shown, own }),
    );
  },
  buildSharedLeaderboardMessage: (text) => [
    buildSharedLeaderboardMessage({ ...view, page: makeBoardPage(text), own: null }, text),
  ],
  buildProfileMessage: (text) => [
    buildProfileMessage({ ...makeStats(text), ...view, username: 'pia', balances }),
  ],
  buildStatsMessage: (text) => [buildStatsMessage({ ...view, stats: makeStats(text) })],
  buildRoleMessage: (text) => [buildRoleMessage(makeOwnProfile(text), null)],
  buildRequestCard: (text) => requests(text).map((request) => buildRequestCard(request, view.webUrl)),
  buildRequestReceipt: (text) =>
    requests(text).map((request) => buildRequestReceipt({ ...request, replayed: true }, view.webUrl)),
  buildDecisionMessage: (text) =>
    requests(text).map((request) => buildDecisionMessage(request, balances, view.webUrl)),
  buildEscalationMessage: (text) => [buildEscalationMessage(makeRequest(text), view.webUrl)],
  buildRequestReminder: (text) => [buildRequestReminder(makeRequest(text), view.webUrl)],
  buildWaitingList: (text) => [
    buildWaitingList({ requests: listOf(25, () => makeRequest(text)), waitingCount: 1_025 }, view.webUrl),
  ],
  buildBulkPick: (text) => [
    buildBulkPick({ requests: manyRequests(text), waitingCount: 1_025 }, view.webUrl),
    buildBulkPick({ requests: [], waitingCount: 0 }, view.webUrl),
  ],
  buildBulkPreview: (text) =>
    listBulkDecisions(manyRequests(text), text).map((one) => buildBulkPreview(one, manyRequests(text))),
  buildBulkOutcome: (text) =>
    listBulkDecisions(manyRequests(text), text).map((one) => buildBulkOutcome(one, view.webUrl)),
  buildStaffProfile: (text) => [
    buildStaffProfile({
      ...{ ...view, standings: makeStats(text).standings, requests: requests(text).slice(0, 3) },
      profile: { ...makeOwnProfile(text), link: makeLink(text) },
    }),
  ],
  buildRequestForm: (text) => [
    buildRequestForm({ credit_type: 'ai', amount: 5, reason: text.slice(0, 500) }, '1', [
      makeRequestLimits({}),
    ]),
  ],
  buildNotice: (text) => [
    buildNotice('Heading', showSentence(`\u2068${toPresentable(text, 80)}\u2069 has decided.`)),
  ],
  buildLinkInvitation: (text) => [
    buildLinkInvitation('http://web', { typed: quoteWish({ credit_type: 'ai', amount: null, reason: text }) })
      .message,
  ],
  buildRefusal: (text) => {
    const named = `\u2068${toPresentable(text, 80)}\u2069 has already approved this request.`;
    const refusal = { code: 'request_already_decided', message: named, action: named, status: 409 };
    const typed = quoteWish({ credit_type: 'ai', amount: 5, reason: text });
    return [buildRefusal(refusal, '1').message, buildRefusal(refusal, '1', typed).message];
  },
};

/** Builders without user-chosen text, and building blocks of messages. */
export const textlessBuilders = new Set([
  ...[
    'buildText',
    'buildSeparator',
    'buildContainer',
    'buildRow',
    'buildButton',
    'buildLinkButton',
    'buildMessage',
    'buildSelectRow',
  ],
  ...[
    'buildTopButton',
    'buildDecisionForm',
    'buildBulkForm',
    'buildRequestSummary',
    'buildFailure',
    'buildUncertain',
    'buildStillWorking',
    'buildSlowDown',
  ],
]);
