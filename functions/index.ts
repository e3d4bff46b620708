import { announceRequestDecision } from './announce-request-decision.ts';
import { completeInteractions } from './complete-interactions.ts';
import { followDiscordUser } from './follow-discord-user.ts';
import { postRequestCard } from './post-request-card.ts';
import { refreshRequestProgress } from './refresh-request-progress.ts';
import { remindApprovers } from './remind-approvers.ts';
import { settleDiscordTokens } from './settle-discord-tokens.ts';
import { syncMemberRoles } from './sync-member-roles.ts';

/** Every durable function; served by serve.ts. */
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
