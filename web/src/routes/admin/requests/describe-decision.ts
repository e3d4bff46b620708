import { creditNames } from '#domain/credits/credit-names.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { isolate } from '#domain/platform/text/isolate.ts';

/** `Rejecting 550 AI credits for Caleb.` */
export function describeDecision(request: CreditRequest, decision: Decision): string {
  const verb = decision === 'approve' ? 'Approving' : 'Rejecting';
  return `${verb} ${formatNumber(request.amount)} ${creditNames[request.credit_type]} credits for ${isolate(request.display_name)}.`;
}
