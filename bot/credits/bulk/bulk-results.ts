import type { BulkDecision, BulkResult } from '#domain/credits/bulk-decision.ts';
import { creditNames } from '#domain/credits/credit-names.ts';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { showSentence, showText } from '../../platform/shown-text.ts';
import { formatCredits } from '../request-message.ts';

// Together these keep 25 requests within Discord's limit for the text of a message, however long names are.
const [nameLengthMax, nameCharactersMax] = [48, 24];
const textLengthMax = 3_600;

/** A refusal that a comment mends is none yet: the form asks for it. */
export const needsComment = ({ refusal }: BulkResult): boolean => refusal?.code === 'comment_needed';

const showShort = (name: string): string => showText(name, nameLengthMax, nameCharactersMax);

function formatRequest({ request, request_id }: BulkResult): string {
  if (!request) return `request ${request_id.slice(0, 8)}`;
  return `**${formatCredits(request.amount, request.credit_type)}** · ${showShort(request.display_name)}`;
}

const marks: Record<BulkResult['outcome'], string> = {
  approved: '✅',
  rejected: '❌',
  first_approved: '⏳',
  refused: '⛔',
  skipped: '⏭️',
};

function formatLine(result: BulkResult): string {
  const note = result.outcome === 'first_approved' ? ' · first of two approvals' : '';
  const undone = result.is_undone ? ' · taken back' : '';
  return `${marks[result.outcome]} ${formatRequest(result)}${note}${undone}`;
}

/** Results that share a reason, under it: it is read once, however many it stops. */
function groupByReason(
  results: readonly BulkResult[],
  reasonOf: (result: BulkResult) => string | undefined,
): string[] {
  const groups = new Map<string, string[]>();
  for (const result of results) {
    const reason = reasonOf(result);
    if (reason !== undefined)
      groups.set(reason, [...(groups.get(reason) ?? []), `-# ${formatRequest(result)}`]);
  }
  return [...groups].flatMap(([reason, lines]) => [reason, ...lines]);
}

/** As many lines as fit; what is left is on the web. */
function fitLines(lines: readonly string[]): string {
  let length = 0;
  const shown = lines.filter((line) => {
    length += line.length + 1;
    return length <= textLengthMax;
  });
  const hidden = lines.length - shown.length;
  return [...shown, ...(hidden > 0 ? ['-# The rest is on the web.'] : [])].join('\n');
}

const showRefusal = ({ message }: { message: string }): string => `⛔ ${showSentence(message, showShort)}`;

/** What becomes, or became, of each request, and why some are refused. */
export function formatResults({ results }: BulkDecision): string {
  const done = results.filter(({ outcome }) => outcome !== 'refused').map(formatLine);
  const commented = groupByReason(results, (result) =>
    needsComment(result) ? '💬 Needs a comment' : undefined,
  );
  const refused = groupByReason(results, (result) =>
    result.refusal && !needsComment(result) ? showRefusal(result.refusal) : undefined,
  );
  const kept = groupByReason(results, (result) =>
    result.undo_refusal ? showRefusal(result.undo_refusal) : undefined,
  );
  return fitLines([...done, ...commented, ...refused, ...kept]);
}

/** "1,250 AI credits and 300 Lead credits"; null if nothing is paid. */
export function formatAmounts({ totals }: BulkDecision): string | null {
  const paid = creditTypes.flatMap((type) => {
    const amount = totals.amounts[type];
    return amount > 0 ? [`${formatNumber(amount)} ${creditNames[type]}`] : [];
  });
  return paid.length === 0 ? null : `${paid.join(' and ')} credits`;
}
