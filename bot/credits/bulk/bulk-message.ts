import { type APISelectMenuOption, ButtonStyle } from 'discord-api-types/v10';
import type { BulkDecision } from '#domain/credits/bulk-decision.ts';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { actions, encodeCustomId } from '../../interactions/custom-id.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSelectRow,
  buildSeparator,
  buildText,
  formatTime,
  type MessageBody,
} from '../../platform/message.ts';
import { showPlainText } from '../../platform/shown-text.ts';
import type { WaitingRequests } from '../list-waiting-requests.ts';
import { formatCredits } from '../request-message.ts';
import { formatAmounts, formatResults, needsComment } from './bulk-results.ts';

/** Discord's limits: options of a select, and the length of their texts. */
export const pickCountMax = 25;
const [nameLengthMax, reasonLengthMax] = [60, 90];

/** The select by whose picked options the requests are carried from one message to the next. */
export const pickId = encodeCustomId(actions.pickBulk, {});

function toOption(request: CreditRequest, picked: ReadonlySet<string>): APISelectMenuOption {
  const who = showPlainText(request.display_name, nameLengthMax);
  return {
    label: `${formatCredits(request.amount, request.credit_type)} · ${who}`,
    description: showPlainText(request.reason, reasonLengthMax),
    value: request.id,
    default: picked.has(request.id),
  };
}

/** Those that are picked, filled up with others; oldest first. */
function toOptions(requests: readonly CreditRequest[], picked: ReadonlySet<string>): APISelectMenuOption[] {
  const others = requests.filter(({ id }) => !picked.has(id));
  const chosen = requests.filter(({ id }) => picked.has(id));
  const shown = [...chosen, ...others].slice(0, pickCountMax);
  return shown
    .toSorted((left, right) => left.created_at.localeCompare(right.created_at))
    .map((request) => toOption(request, picked));
}

function buildPick(requests: readonly CreditRequest[], picked: readonly string[]) {
  const options = toOptions(requests, new Set(picked));
  return buildSelectRow(pickId, {
    placeholder: 'Pick requests, oldest first',
    options,
    most: options.length,
  });
}

/** The first step: which requests. */
export function buildBulkPick({ requests, waitingCount }: WaitingRequests, webUrl: string): MessageBody {
  const web = buildRow(buildLinkButton('Open on the web', `${webUrl}/admin/requests`));
  if (requests.length === 0) {
    const text = buildText('### Nothing waits\nEvery request is decided.');
    return buildMessage(buildContainer(accentColors.calm, [text, web]));
  }
  const more =
    waitingCount > pickCountMax
      ? ` The oldest ${pickCountMax} of ${formatNumber(waitingCount)} are listed.`
      : '';
  const text = `### Decide in bulk\nPick requests. Nothing is decided before you have seen a preview.${more}`;
  return buildMessage(buildContainer(accentColors.brand, [buildText(text), buildPick(requests, []), web]));
}

const count = (amount: number, what: string): string | null => (amount > 0 ? `${amount} ${what}` : null);

function describePreview({ decision, results, totals }: BulkDecision, possible: number): string {
  const commented = results.filter(needsComment).length;
  const parts = [
    count(totals.approved, 'will be paid'),
    count(totals.first_approved, 'will wait for a second approver'),
    count(totals.rejected, 'will be rejected'),
    count(commented, 'will need a comment'),
    count(totals.refused - commented, totals.refused - commented === 1 ? 'refuses' : 'refuse'),
  ];
  const heading = decision === 'approve' ? 'Approving' : 'Rejecting';
  return `### ${heading} ${results.length}: ${parts.filter(Boolean).join(', ')}${possible === 0 ? '. Nothing can be decided' : ''}`;
}

function buildChoice({ decision, results }: BulkDecision, possible: number) {
  const other: Decision = decision === 'approve' ? 'reject' : 'approve';
  const instead = buildButton(
    decision === 'approve' ? 'Reject instead' : 'Approve instead',
    encodeCustomId(actions.previewBulk, { decision: other }),
  );
  if (possible === 0) return buildRow(instead);
  const comment = results.some(needsComment) ? 'required' : 'optional';
  const confirm = buildButton(
    `${decision === 'approve' ? 'Approve' : 'Reject'} ${possible}…`,
    encodeCustomId(actions.confirmBulk, { decision, comment }),
    { style: decision === 'approve' ? ButtonStyle.Success : ButtonStyle.Danger },
  );
  return buildRow(confirm, instead);
}

/** The second step: what would happen to each picked request, before anything does. */
export function buildBulkPreview(preview: BulkDecision, waiting: readonly CreditRequest[]): MessageBody {
  const { results, totals } = preview;
  const picked = results.flatMap(({ request }) => (request ? [request] : []));
  const pickedIds = picked.map(({ id }) => id);
  const requests = [...picked, ...waiting.filter(({ id }) => !pickedIds.includes(id))];
  const possible = results.length - totals.skipped - totals.refused + results.filter(needsComment).length;
  const amounts = formatAmounts(preview);
  return buildMessage(
    buildContainer(accentColors.brand, [
      buildPick(requests, pickedIds),
      buildSeparator(),
      buildText(describePreview(preview, possible)),
      buildText(formatResults(preview)),
      ...(amounts ? [buildText(`Pays **${amounts}**.`)] : []),
      buildChoice(preview, possible),
    ]),
  );
}

function describeOutcome({ decision, totals, undone_at }: BulkDecision): string {
  if (undone_at) return 'Undone';
  const parts = [
    count(totals.approved, 'approved'),
    count(
      totals.first_approved,
      totals.first_approved === 1 ? 'first approval noted' : 'first approvals noted',
    ),
    count(totals.rejected, 'rejected'),
    count(totals.refused, 'refused'),
    count(totals.skipped, 'skipped'),
  ];
  const done = totals.approved + totals.first_approved + totals.rejected;
  const heading = done > 0 ? 'Done' : `Nothing was ${decision === 'approve' ? 'approved' : 'rejected'}`;
  return `${heading}: ${parts.filter(Boolean).join(', ')}`;
}

/** The last step: what became of each, and for ten minutes a way back. */
export function buildBulkOutcome(decided: BulkDecision, webUrl: string): MessageBody {
  const { bulk_id, totals, undo_until, undone_at } = decided;
  const amounts = formatAmounts(decided);
  const canUndo = bulk_id !== null && undo_until !== null && undone_at === null && totals.approved > 0;
  const undo = canUndo
    ? [
        buildButton('Undo payments', encodeCustomId(actions.undoBulk, { bulk_id }), {
          style: ButtonStyle.Danger,
        }),
      ]
    : [];
  const until = canUndo ? ` You can undo ${formatTime(undo_until)} at the latest.` : '';
  const paid = amounts && !undone_at ? [buildText(`Paid **${amounts}**.${until}`)] : [];
  return buildMessage(
    buildContainer(undone_at ? accentColors.calm : accentColors.success, [
      buildText(`### ${describeOutcome(decided)}`),
      buildText(formatResults(decided)),
      ...paid,
      buildRow(...undo, buildLinkButton('Open on the web', `${webUrl}/admin/requests`)),
    ]),
  );
}
