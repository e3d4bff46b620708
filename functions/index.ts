import { announceRequestDecision } from './credits/announce-request-decision.ts';
import { postRequestCard } from './credits/post-request-card.ts';
import { refreshRequestProgress } from './credits/refresh-request-progress.ts';
import { remindApprovers } from './credits/remind-approvers.ts';
import { followDiscordUser } from './identity/follow-discord-user.ts';
import { settleDiscordTokens } from './identity/settle-discord-tokens.ts';
import { completeInteractions } from './platform/complete-interactions.ts';
import { syncMemberRoles } from './roles/sync-member-roles.ts';

/** Every durable function, served by serve.ts. */
export const functions = [
  postRequestCard,
  refreshRequestProgress,
  announceRequestDecision,
  remindApprovers,
  syncMemberRoles,
  completeInteractions,
  settleDiscordTokens,
  followDiscordUser,
];
