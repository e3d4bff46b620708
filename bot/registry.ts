import type { Command, Component } from './command.ts';
import { compare } from './commands/compare.ts';
import { help } from './commands/help.ts';
import { leaderboard } from './commands/leaderboard.ts';
import { link } from './commands/link.ts';
import { profile } from './commands/profile.ts';
import { request } from './commands/request.ts';
import { stats } from './commands/stats.ts';
import { unlink } from './commands/unlink.ts';
import { viewProfile } from './commands/view-profile.ts';
import { why } from './commands/why.ts';
import { approveRequest } from './components/approve-request.ts';
import { commentApproval } from './components/comment-approval.ts';
import { confirmUnlink } from './components/confirm-unlink.ts';
import { leaderboardPage } from './components/leaderboard-page.ts';
import { leaderboardShare } from './components/leaderboard-share.ts';
import { rejectRequest } from './components/reject-request.ts';
import { submitApproval } from './components/submit-approval.ts';
import { submitRejection } from './components/submit-rejection.ts';
import { submitRequest } from './components/submit-request.ts';

/** Every command that Discord shows; registered from here, answered from here. */
export const commands: readonly Command[] = [
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
];

/** Every button and form, by the action in its custom_id. */
export const components: readonly Component[] = [
  leaderboardPage,
  leaderboardShare,
  approveRequest,
  commentApproval,
  submitApproval,
  rejectRequest,
  submitRejection,
  submitRequest,
  confirmUnlink,
];
