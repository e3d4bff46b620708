import type { BotContext } from '#bot/bot-context.ts';
import type { TokenContext } from '#bot/identity/token-context.ts';
import { createAnnounceRequestDecision } from './credits/announce-request-decision.ts';
import { createEscalateRequest } from './credits/escalate-request.ts';
import { createKeepRequestSummary } from './credits/keep-request-summary.ts';
import { createPostRequestCard } from './credits/post-request-card.ts';
import { createRefreshRequestProgress } from './credits/refresh-request-progress.ts';
import { createRemindApprovers } from './credits/remind-approvers.ts';
import { createFollowDiscordUser } from './identity/follow-discord-user.ts';
import { createSettleDiscordTokens } from './identity/settle-discord-tokens.ts';
import { createCancelRun } from './platform/cancel-run.ts';
import { createCompleteInteractions } from './platform/complete-interactions.ts';
import { createFollowRunEnds } from './platform/follow-run-ends.ts';
import { createEngineApi } from './platform/workflows/engine-api.ts';
import { createSyncMemberRoles } from './roles/sync-member-roles.ts';

/** Every durable function, with what it works with; served by serve.ts. */
export const createFunctions = (bot: BotContext, tokens: TokenContext) => [
  createPostRequestCard(bot),
  createRefreshRequestProgress(bot),
  createAnnounceRequestDecision(bot),
  createRemindApprovers(bot),
  createEscalateRequest(bot),
  createKeepRequestSummary(bot),
  createSyncMemberRoles(bot),
  createCompleteInteractions(bot),
  createSettleDiscordTokens(tokens),
  createFollowDiscordUser(bot),
  createCancelRun(bot.store, createEngineApi()),
  createFollowRunEnds(bot.store),
];
