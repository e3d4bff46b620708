import type { CreditRequest } from './credit-request.ts';

/** How many approvals a request has and how many are missing; none are missing once it is closed. */
export function countApprovals(request: CreditRequest): { given: number; missing: number } {
  const given = request.decisions.filter(({ decision }) => decision === 'approve').length;
  const missing = request.state === 'pending' ? Math.max(request.approvals_needed - given, 0) : 0;
  return { given, missing };
}
