import type { CreditRequest } from '#domain/credits/credit-request.ts';

/** The message after submitting the form; `replayed`: the same request already existed. */
export function describeSentRequest(
  request: Pick<CreditRequest, 'state' | 'approvals_needed' | 'discord_user_id'> & { replayed: boolean },
): string {
  const where = request.discord_user_id ? 'here and in Discord' : 'here';
  if (request.state === 'approved' && !request.replayed) {
    return 'Approved at once: requests of this size need no approver. The credits are yours.';
  }
  if (request.state === 'approved') return 'You made this request a moment ago, and it was approved.';
  if (request.state !== 'pending') {
    return 'You sent this form before, and that request is closed. Find it under “Your requests”.';
  }
  if (request.replayed) return `You already have this request waiting. You’ll see the decision ${where}.`;
  const second = request.approvals_needed > 1 ? ' It needs two approvers.' : '';
  return `Request sent.${second} You’ll see the decision ${where}.`;
}
