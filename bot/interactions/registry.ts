import { bulkComponents } from '../credits/bulk/bulk-components.ts';
import { decisionComponents } from '../credits/decision-components.ts';
import { request } from '../credits/request.ts';
import { submitRequest } from '../credits/submit-request.ts';
import { confirmUnlink } from '../identity/confirm-unlink.ts';
import { link } from '../identity/link.ts';
import { profile } from '../identity/profile.ts';
import { unlink } from '../identity/unlink.ts';
import { viewProfile } from '../identity/view-profile.ts';
import { compare } from '../leaderboard/compare.ts';
import { leaderboard } from '../leaderboard/leaderboard.ts';
import { leaderboardPage } from '../leaderboard/leaderboard-page.ts';
import { leaderboardShare } from '../leaderboard/leaderboard-share.ts';
import { stats } from '../leaderboard/stats.ts';
import { admin } from '../platform/admin.ts';
import { help } from '../platform/help.ts';
import { why } from '../roles/why.ts';
import type { Command, CommandTree, Component } from './command.ts';

/** The catalogue of commands: their definitions for Discord, and the handlers that answer them. */
export const commands: readonly (Command | CommandTree)[] = [
  leaderboard,
  profile,
  stats,
  compare,
  request,
  link,
  unlink,
  why,
  help,
  viewProfile,
  admin,
];

/** Every button and form, by the action in its custom_id. */
export const components: readonly Component[] = [
  leaderboardPage,
  leaderboardShare,
  ...decisionComponents,
  ...bulkComponents,
  submitRequest,
  confirmUnlink,
];
