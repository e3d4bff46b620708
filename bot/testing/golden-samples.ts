import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { makeRequestLimits } from '#domain/credits/testing/make-request-limits.ts';
import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import type { RequestSummary } from '#store/credits/request-summary-schema.ts';
import { buildBulkForm } from '../credits/bulk/bulk-form.ts';
import { buildDecisionForm, buildRequestForm } from '../credits/request-forms.ts';
import {
  buildDecisionMessage,
  buildEscalationMessage,
  buildRequestCard,
  buildRequestReceipt,
  buildRequestReminder,
} from '../credits/request-message.ts';
import { buildRequestSummary } from '../credits/request-summary-message.ts';
import { buildProfileMessage } from '../identity/profile-message.ts';
import { buildComparisonMessage } from '../leaderboard/comparison-message.ts';
import {
  buildLeaderboardMessage,
  buildSharedLeaderboardMessage,
  buildTopButton,
} from '../leaderboard/leaderboard-message.ts';
import { buildStatsMessage } from '../leaderboard/stats-message.ts';
import {
  buildFailure,
  buildLinkInvitation,
  buildNotice,
  buildSlowDown,
  buildStillWorking,
  buildUncertain,
} from '../platform/notice.ts';
import { buildRoleMessage } from '../roles/role-message.ts';
import { makeComparison, makeOwnProfile, makeRequest, makeStats } from './message-samples.ts';

/*
 * Messages that differ from message-samples.ts at a condition or a limit: one more and one fewer than fits,
 * none, one, and several.
 */

const at = '2026-11-22T12:00:00Z';
const web = 'http://web';
const view = { webUrl: web, locale: 'en-US' };
const own = { available: 1_200, held: 0 };
const balances = { ai: own, lead: { available: 5, held: 2 } };
const listOf = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

function makePage(change: Partial<BoardPage['board']>, positions: readonly number[] = []): BoardPage {
  const standings = positions.map((position) => makeStanding(position, { movement: position - 2 }));
  return { board: makeBoard(change), standings, next_cursor: null };
}

const upcoming = { kind: 'season', state: 'upcoming', name: 'Winter', player_count: 0 } as const;
const pages: BoardPage[] = [
  makePage({ ...upcoming, starts_at: '2026-12-01T00:00:00Z' }),
  makePage(upcoming),
  makePage({ player_count: 1, name: 'b'.repeat(201) }, [1]),
  makePage({ player_count: 2_500, slug: 'a b' }, [2, 3, 4]),
  makePage({ player_count: 12 }, [11, 12]),
  makePage({ player_count: 13 }, [10, 11, 12]),
  makePage({ player_count: 2, starts_at: '2026-11-22T00:00:00Z' }, [1, 2]),
  makePage({ player_count: 0 }),
  makePage({ player_count: 10 }),
];

const comparison = makeComparison('Pia');
const { comparison: asked } = comparison;
const [one, other] = [comparison.players[0], comparison.players[1]];
const sides = {
  ...comparison,
  players: [
    { ...one, display_name: 'Ada' },
    { ...other, display_name: 'Bob & Co', username: 'b&b' },
  ] as typeof comparison.players,
};
type Board = typeof asked;
const compareOn = (board: Board, boards: Board[] = []) =>
  buildComparisonMessage({ ...sides, comparison: board, boards: [board, ...boards] }, view);
const ranked = (rank: number) => ({ rank, is_tied: false });
const boardOf = (index: number): Board => ({ ...asked, board: `b${index}`, name: `Board ${index}` });

const decision: CreditRequest['decisions'][number] = {
  ...{ decision: 'reject', decided_by: 'b7e0f2b0-1111-4a43-9a53-1d2d5c0f9e11', decided_by_name: 'Ada' },
  ...{ decided_at: '2026-11-22T13:00:00Z', comment: null, source: 'web', is_final: true, is_fallback: false },
  ...{ is_automatic: false, on_behalf_of_name: null },
};
const requests: CreditRequest[] = [
  makeCreditRequest(),
  makeCreditRequest({ discord_user_id: null, amount: 1, credit_type: 'lead' }),
  makeCreditRequest({ approvals_needed: 2 }),
  makeCreditRequest({
    approvals_needed: 2,
    decisions: [{ ...decision, decision: 'approve', is_final: false }],
  }),
  makeCreditRequest({
    state: 'rejected',
    closed_at: at,
    decisions: [decision],
    requester_notice: 'delivered',
  }),
  makeCreditRequest({
    state: 'rejected',
    closed_at: at,
    decisions: [decision],
    requester_notice: 'unlinked',
  }),
  makeCreditRequest({ state: 'approved', closed_at: at, decisions: [decision, decision] }),
  makeCreditRequest({ decides_on_web_only: true }),
  makeCreditRequest({ reject_comment_required: true }),
  makeCreditRequest({ state: 'cancelled' }),
  makeCreditRequest({ state: 'expired' }),
  makeCreditRequest({ reason: 'r'.repeat(1_060) }),
];

const nothingWaits: RequestSummary = {
  ...{ message_id: null, waiting_count: 0, types: [] },
  ...{ oldest_at: null, next_expiry_at: null, expiring_count: 0 },
};
const oneWaits: RequestSummary = {
  ...{ ...nothingWaits, waiting_count: 1, oldest_at: at },
  types: [{ credit_type: 'lead', waiting_count: 1, amount: 5 }],
};
const manyWait: RequestSummary = {
  ...{ ...oneWaits, waiting_count: 1_026, expiring_count: 3, next_expiry_at: '2026-11-22T14:00:00Z' },
  types: [{ credit_type: 'ai', waiting_count: 1_025, amount: 250_000 }, ...oneWaits.types],
};

const profile = makeOwnProfile('Pia');
const [role] = profile.member_roles;
const [tier] = profile.tiers;
const roleWith = (change: Partial<NonNullable<typeof role>>) => (role ? [{ ...role, ...change }] : []);
const tiersOf = (count: number) =>
  tier ? listOf(count, (index) => ({ ...tier, board_name: `B${index}` })) : [];
const rolesOf = (count: number) => listOf(count, (index) => roleWith({ guild_id: `${index}` })).flat();
const without = (change: Partial<typeof profile.player>, tiers: typeof profile.tiers = []) => ({
  ...{ ...profile, tiers, member_roles: [] },
  player: { ...profile.player, ...change },
});

const stats = makeStats('Pia');
const standingAt = (rank: number, change: Parameters<typeof makeStanding>[1] = {}) => ({
  name: `Board ${rank}`,
  standing: makeStanding(rank, change),
});
const profileView = { ...view, username: 'p_a/1', display_name: 'Pia', balances: null };

/** By builder: the cases that message-samples.ts does not cover. */
export const goldenSamples: Record<string, () => unknown[]> = {
  buildLeaderboardMessage: () =>
    pages.map((page) => buildLeaderboardMessage({ ...view, page, own: page.standings[0] ?? null })),
  buildSharedLeaderboardMessage: () =>
    pages.slice(3, 4).map((page) => buildSharedLeaderboardMessage({ ...view, page, own: null }, 'Ada')),
  buildTopButton: () => [buildTopButton('all-time')],
  buildComparisonMessage: () => [
    compareOn({ ...asked, leader_player_id: null }),
    compareOn({ ...asked, lead_points: 0, ranks: [ranked(3), ranked(4)] }),
    compareOn({ ...asked, leads_since: null, lead_points: 1_234, ranks: [ranked(3), null] }),
    compareOn({ ...asked, leader_player_id: other?.player_id ?? null, ranks: [null, ranked(2)] }),
    compareOn(asked, listOf(9, boardOf)),
    compareOn(asked, listOf(10, boardOf)),
    compareOn({ ...asked, name: 'n'.repeat(81) }, listOf(11, boardOf)),
    buildComparisonMessage(
      {
        ...sides,
        metrics: listOf(13, (index) => ({
          ...{ metric: `metric_of_a_long_name_${index}`, units: [1, 1] as [number, number] },
          points: [index, 20 - 3 * index] as [number, number],
        })),
      },
      view,
    ),
  ],
  buildProfileMessage: () => [
    buildProfileMessage({ ...profileView, standings: [] }),
    buildProfileMessage({
      ...{ ...profileView, balances },
      standings: [standingAt(1, { movement: null }), standingAt(2, { movement: 4, tier: 'silver' })],
    }),
    buildProfileMessage({ ...profileView, standings: listOf(15, (index) => standingAt(index + 1)) }),
    buildProfileMessage({ ...profileView, standings: listOf(16, (index) => standingAt(index + 1)) }),
  ],
  buildStatsMessage: () => [
    buildStatsMessage({ ...view, stats: { ...stats, totals: [], username: 'p a/1' } }),
    buildStatsMessage({
      ...view,
      stats: {
        ...stats,
        activity: [
          { day: '2026-11-20', points: 1_500, event_count: 1 },
          { day: '2026-11-21', points: -50, event_count: 1 },
          { day: '2026-11-22', points: 400, event_count: 1 },
        ],
        totals: listOf(13, (index) => ({
          ...{ metric: `metric_of_a_long_name_${index}`, units: 1_000 + index, points: 12_345 * index },
          ...{ event_count: 1, last_occurred_at: at },
        })),
      },
    }),
  ],
  buildRoleMessage: () => [
    buildRoleMessage({ ...profile, tiers: tiersOf(15), member_roles: rolesOf(5) }, null),
    buildRoleMessage({ ...profile, tiers: tiersOf(16), member_roles: rolesOf(6) }, null),
    buildRoleMessage({ ...profile, member_roles: roleWith({ cause: null, checked_at: null }) }, '1'),
    buildRoleMessage({ ...profile, member_roles: roleWith({ desired_tier: null }) }, '1'),
    buildRoleMessage(profile, '2'),
    buildRoleMessage(without({ left_at: at }), null),
    buildRoleMessage(without({ is_ranked: false }), null),
    buildRoleMessage(without({ visibility: 'hidden' }), null),
    buildRoleMessage(without({}), null),
    buildRoleMessage(without({}, profile.tiers), null),
  ],
  buildRequestCard: () => requests.map((request) => buildRequestCard(request, web)),
  buildRequestReceipt: () =>
    requests.map((request) => buildRequestReceipt({ ...request, replayed: false }, web)),
  buildDecisionMessage: () => requests.map((request) => buildDecisionMessage(request, balances, web)),
  buildEscalationMessage: () => [buildEscalationMessage(makeRequest('Pia', { amount: 1 }), web)],
  buildRequestReminder: () => [buildRequestReminder(makeRequest('Pia', { amount: 1 }), web)],
  buildRequestSummary: () =>
    [nothingWaits, oneWaits, manyWait].map((summary) => buildRequestSummary(summary, web)),
  buildBulkForm: () => [buildBulkForm('approve', false), buildBulkForm('reject', true)],
  buildRequestForm: () => [
    buildRequestForm({ credit_type: null, amount: null, reason: null }, '1', [makeRequestLimits({})]),
    buildRequestForm({ credit_type: 'lead', amount: 0, reason: '' }, '1', []),
  ],
  buildDecisionForm: () => [
    buildDecisionForm('approve', makeCreditRequest().id),
    buildDecisionForm('reject', makeCreditRequest().id),
    buildDecisionForm('approve', 'not-a-request'),
  ],
  buildNotice: () => [buildNotice('Heading', 'A sentence.', 0x00_00_01, buildTopButton('all-time'))],
  buildLinkInvitation: () =>
    [buildLinkInvitation(web), buildLinkInvitation(web, { others: [buildTopButton('all-time')] })].map(
      ({ message }) => message,
    ),
  buildFailure: () => [buildFailure('s1')],
  buildUncertain: () => [buildUncertain('s1')],
  buildStillWorking: () => [buildStillWorking('s1')],
  buildSlowDown: () => [buildSlowDown('2026-11-22T12:00:00.999Z')],
};
