import { eventType, Inngest } from 'inngest';
import { z } from 'zod';
import { creditTypes, decisions } from '#domain/credits/vocabulary.ts';
import type { EventName } from '#domain/platform/events.ts';

/** The Inngest client. Reads INNGEST_* from the environment on first use. */
export const inngest = new Inngest({ id: 'dealscale' });

const id = z.string().min(1);
const playerId = z.string().min(1);
const boardVersion = { board: id, period_id: z.number(), version: z.number() };
const linkedPlayer = z.looseObject({ player_id: playerId, discord_user_id: id });
const creditRequest = z.looseObject({ request_id: id });
const guildMember = z.looseObject({ guild_id: id, discord_user_id: id });

/** A player asked for credits; the request is pending. */
export const creditRequestCreated = eventType('credits/request.created' satisfies EventName, {
  schema: creditRequest,
});

/** Someone approved or rejected a request; the ledger is already updated. */
export const creditRequestDecided = eventType('credits/request.decided' satisfies EventName, {
  schema: z.looseObject({ request_id: id, decision: z.enum(decisions) }),
});

/** The first of two approvers agreed; the request is still open. */
export const creditRequestFirstApproved = eventType('credits/request.first_approved' satisfies EventName, {
  schema: creditRequest,
});

/** A request has waited longer than the policy allows; sent once. */
export const creditRequestReminderDue = eventType('credits/request.reminder_due' satisfies EventName, {
  schema: creditRequest,
});

/** A request was made known to a role or a person because it waited long; sent once. */
export const creditRequestEscalated = eventType('credits/request.escalated' satisfies EventName, {
  schema: creditRequest,
});

/** The requester withdrew a pending request. */
export const creditRequestCancelled = eventType('credits/request.cancelled' satisfies EventName, {
  schema: creditRequest,
});

/** A request expired without a decision. */
export const creditRequestExpired = eventType('credits/request.expired' satisfies EventName, {
  schema: creditRequest,
});

/** An undo took back what the approval of a request had paid. */
export const creditRequestUndone = eventType('credits/request.undone' satisfies EventName, {
  schema: creditRequest,
});

/** A player's available credits of a type fell below the limit; sent once until they have risen again. */
export const creditBalanceLow = eventType('credits/balance.low' satisfies EventName, {
  schema: z.looseObject({
    player_id: playerId,
    credit_type: z.enum(creditTypes),
    available: z.number(),
    below: z.number(),
  }),
});

/** A grant expires in a week, or in a day; sent once each. */
export const creditLotExpiring = eventType('credits/lot.expiring' satisfies EventName, {
  schema: z.looseObject({
    player_id: playerId,
    lot_id: z.number(),
    credit_type: z.enum(creditTypes),
    available: z.number(),
    expires_at: z.string(),
    days_before: z.number(),
  }),
});

/** A check of the books found something wrong; admins must look. */
export const creditBooksUnbalanced = eventType('credits/books.unbalanced' satisfies EventName, {
  schema: z.looseObject({ check_id: z.number(), problem_count: z.number() }),
});

/** A board published a new version. */
export const boardRefreshed = eventType('leaderboard/board.refreshed' satisfies EventName, {
  schema: z.looseObject({
    ...boardVersion,
    as_of: z.string(),
    changed_count: z.number(),
    tier_change_count: z.number(),
  }),
});

/** A follower's position changed in a way that the board announces. */
export const rankChanged = eventType('leaderboard/rank.changed' satisfies EventName, {
  schema: z.looseObject({
    ...boardVersion,
    player_id: playerId,
    position_before: z.number().nullable(),
    position_after: z.number().nullable(),
    score: z.number(),
  }),
});

/** A player's published tier changed, after the hold if the board has one. */
export const tierChanged = eventType('leaderboard/tier.changed' satisfies EventName, {
  schema: z.looseObject({
    ...boardVersion,
    player_id: playerId,
    tier_before: z.string().nullable(),
    tier_after: z.string().nullable(),
  }),
});

/** A period ended: its standings are archived and the next period is open. */
export const periodClosed = eventType('leaderboard/period.closed' satisfies EventName, {
  schema: z.looseObject({ board: id, period_id: z.number(), next_period_id: z.number().nullable() }),
});

/** A player crossed a milestone for the first time. */
export const milestoneReached = eventType('player/milestone.reached' satisfies EventName, {
  schema: z.looseObject({ player_id: playerId, board: id, milestone: z.string(), value: z.number() }),
});

/** A player linked a Discord account. */
export const discordLinkCreated = eventType('discord/link.created' satisfies EventName, {
  schema: linkedPlayer,
});

/** A player or Discord removed the link; the account may still have our roles. */
export const discordLinkRemoved = eventType('discord/link.removed' satisfies EventName, {
  schema: linkedPlayer,
});

/** A linked Discord account may have a new name or picture. */
export const discordUserChanged = eventType('discord/user.changed' satisfies EventName, {
  schema: z.looseObject({ discord_user_id: id }),
});

/** A user joined a guild that the bot serves. */
export const discordMemberJoined = eventType('discord/member.joined' satisfies EventName, {
  schema: guildMember,
});

/** A user left a guild that the bot serves. */
export const discordMemberLeft = eventType('discord/member.left' satisfies EventName, {
  schema: guildMember,
});

/** Interactions were stored but not answered, and wait to be completed. */
export const interactionsUnfinished = eventType('discord/interactions.unfinished' satisfies EventName, {
  schema: z.looseObject({}),
});

/** The roles of a guild need a sync now: it was set up, its roles changed, or an admin asked. */
export const rolesSyncRequested = eventType('discord/roles.sync_requested' satisfies EventName, {
  schema: z.looseObject({ guild_id: id }),
});

/** An admin asked the engine to cancel a run of a durable function. */
export const runCancelRequested = eventType('platform/run.cancel_requested' satisfies EventName, {
  schema: z.looseObject({ run_id: id, function_id: id }),
});
