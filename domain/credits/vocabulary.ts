// The vocabulary of credits and credit requests, as in the database.

export const creditTypes = ['ai', 'lead'] as const;

export const creditRequestStates = ['pending', 'approved', 'rejected', 'cancelled', 'expired'] as const;
export type CreditRequestState = (typeof creditRequestStates)[number];

/** request: the player asks; an admin who may not move that much alone proposes the others. */
export const creditRequestKinds = ['request', 'grant', 'reversal'] as const;

/** What an approver can decide about a request. */
export const decisions = ['approve', 'reject'] as const;
export type Decision = (typeof decisions)[number];

/** What can happen to a request; reversed: its payment was taken back. */
export const requestEventKinds = [
  'created',
  'card_posted',
  'reminded',
  'decided',
  'cancelled',
  'expired',
  'reversed',
] as const;

/** What a refused request means for the others of a bulk decision. */
export const bulkModes = ['all_or_nothing', 'stop_at_first', 'continue'] as const;
export type BulkMode = (typeof bulkModes)[number];

/** What a bulk decision did with a request; skipped: another one ended the bulk decision. */
export const bulkOutcomes = ['approved', 'rejected', 'first_approved', 'refused', 'skipped'] as const;
export type BulkOutcome = (typeof bulkOutcomes)[number];

/** The maximum number of requests in one bulk decision. */
export const bulkRequestsMax = 1_000;

/**
 * The fate of the direct message about the outcome: delivered, blocked by the user, or no Discord account.
 */
export const requesterNotices = ['delivered', 'closed', 'unlinked'] as const;
export type RequesterNotice = (typeof requesterNotices)[number];

/** Why credits moved. */
export const transferKinds = [
  'grant',
  'spend',
  'hold',
  'release',
  'capture',
  'expire',
  'reversal',
  'revoke',
] as const;
export type TransferKind = (typeof transferKinds)[number];

/** How a hold may end: its credits return to the player, or are spent. */
export const holdEndings = ['release', 'capture'] as const;
export type HoldEnding = (typeof holdEndings)[number];

/** A player's accounts of each type: spendable, and on hold. */
export const playerAccountKinds = ['available', 'held'] as const;

/** The system's accounts, where credits come from and where they go. */
export const systemAccountKinds = ['issuance', 'spent', 'expired'] as const;

/** The roles that decide requests. */
export const approverRoles = ['manager', 'admin'] as const;

/** The calendar periods, in UTC, that a budget may cover. */
export const budgetPeriods = ['day', 'week', 'month', 'quarter'] as const;

/** What became of a grant that takes effect later. */
export const scheduledGrantStates = ['waiting', 'paid', 'proposed', 'refused', 'cancelled'] as const;
export type ScheduledGrantState = (typeof scheduledGrantStates)[number];

/** Whether a winner got a reward: not after leaving, or once erased. */
export const rewardOutcomes = ['paid', 'left', 'erased'] as const;
export type RewardOutcome = (typeof rewardOutcomes)[number];
