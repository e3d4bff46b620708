import { creditNames } from '#domain/credits/credit-names.ts';
import { type BulkMode, creditTypes } from '#domain/credits/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { ShownBulk } from './parse-bulk-decision.ts';

export const modeNames: Record<BulkMode, string> = {
  continue: 'Decide all that can be decided',
  stop_at_first: 'Stop at the first that is refused',
  all_or_nothing: 'All or nothing',
};

/** `5 requests`, `1 request`. */
export const countRequests = (count: number): string =>
  `${formatNumber(count)} ${count === 1 ? 'request' : 'requests'}`;

/** `1,200 AI and 50 Lead credits`; empty if nothing is paid. */
export function describeAmounts({ amounts }: ShownBulk['totals']): string {
  const paid = creditTypes.flatMap((type) => {
    const amount = amounts[type] ?? 0;
    return amount > 0 ? `${formatNumber(amount)} ${creditNames[type]}` : [];
  });
  return paid.length > 0 ? `${paid.join(' and ')} credits` : '';
}

/** What a bulk decision does, did, or would do, one sentence each. */
export function describeBulk({ totals, is_preview, mode }: ShownBulk): string[] {
  const amounts = describeAmounts(totals);
  const would = is_preview ? 'will be ' : '';
  const sentences: string[] = [];
  if (totals.approved > 0) {
    const pays = is_preview ? 'which pays' : 'which paid';
    sentences.push(`${countRequests(totals.approved)} ${would}approved${amounts && `, ${pays} ${amounts}`}.`);
  }
  if (totals.first_approved > 0) {
    sentences.push(
      `${countRequests(totals.first_approved)} ${would}approved by you and then wait for a second approver.`,
    );
  }
  if (totals.rejected > 0) sentences.push(`${countRequests(totals.rejected)} ${would}rejected.`);
  if (totals.refused > 0) sentences.push(`${countRequests(totals.refused)} cannot be decided.`);
  if (totals.skipped > 0) {
    const why =
      mode === 'all_or_nothing' ? 'because one cannot be decided' : 'after the first that cannot be decided';
    sentences.push(
      `${countRequests(totals.skipped)} ${is_preview ? 'will be' : 'were'} left as they are, ${why}.`,
    );
  }
  return sentences;
}
