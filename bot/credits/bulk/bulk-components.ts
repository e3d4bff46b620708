import { z } from 'zod';
import { bulkModes, type Decision, decisions } from '#domain/credits/vocabulary.ts';
import { bulkDecideCreditRequests } from '#store/credits/bulk/bulk-decide-credit-requests.ts';
import { undoBulkDecision } from '#store/credits/bulk/undo-bulk-decision.ts';
import { findLinkedPlayer } from '../../identity/linked-player.ts';
import type { Component, InteractionContext, Reply } from '../../interactions/command.ts';
import { actions } from '../../interactions/custom-id.ts';
import { defineExecution, defineOpening } from '../../interactions/define-component.ts';
import type { ComponentInteraction } from '../../interactions/interaction.ts';
import { buildNotice, buildRefusal } from '../../platform/notice.ts';
import { refuseAttempt, refuseUnlinked } from '../../platform/refuse-attempt.ts';
import { listWaitingRequests } from '../list-waiting-requests.ts';
import { buildBulkForm } from './bulk-form.ts';
import { buildBulkOutcome, buildBulkPreview, pickId } from './bulk-message.ts';
import { openBulk } from './open-bulk.ts';

const decisionSchema = z.enum(decisions);
const formSchema = z.object({
  mode: z.enum(bulkModes).catch('continue'),
  comment: z.string().trim().catch(''),
});
const attempt = { action: 'bulk_decide_requests', subject_id: null } as const;

const outdated: Reply = {
  message: buildNotice('This is out of date', 'Press “Decide in bulk…” again; nothing was decided.'),
  outcome: 'refused',
};

/** Shows what a decision on these requests would do; nothing is written. */
async function preview(
  interaction: ComponentInteraction,
  { decision, request_ids }: { decision: Decision; request_ids: string[] },
  context: InteractionContext,
): Promise<Reply> {
  if (request_ids.length === 0) return outdated;
  const approver = await findLinkedPlayer(interaction, context);
  if (!approver) return refuseUnlinked(interaction, attempt, context);
  const previewed = await bulkDecideCreditRequests(context.store, {
    ...{ request_ids, decision, comment: '', mode: 'continue', is_preview: true, idempotency_key: null },
    ...{ acting_player_id: approver.player_id, source: 'discord' },
  });
  // The database notes who asked without the right.
  if (!previewed.ok) return buildRefusal(previewed.refusal, interaction.id);
  const { requests } = await listWaitingRequests(context);
  return { message: buildBulkPreview(previewed.value, requests), outcome: 'done' };
}

/** Decides as the linked player, whose right is checked for each request at this moment. */
async function decide(
  interaction: ComponentInteraction,
  decision: Decision,
  context: InteractionContext,
): Promise<Reply> {
  const request_ids = interaction.picked[pickId] ?? [];
  if (request_ids.length === 0) return outdated;
  const approver = await findLinkedPlayer(interaction, context);
  if (!approver) return refuseUnlinked(interaction, attempt, context);
  const decided = await bulkDecideCreditRequests(context.store, {
    ...{ request_ids, decision, ...formSchema.parse(interaction.fields), source: 'discord' },
    idempotency_key: `discord:${interaction.id}`,
    acting_player_id: approver.player_id,
  });
  if (!decided.ok) return buildRefusal(decided.refusal, interaction.id);
  return { message: buildBulkOutcome(decided.value, context.webUrl), outcome: 'done' };
}

async function undo(
  interaction: ComponentInteraction,
  bulk_id: string,
  context: InteractionContext,
): Promise<Reply> {
  const approver = await findLinkedPlayer(interaction, context);
  if (!approver) return refuseUnlinked(interaction, attempt, context);
  const undone = await undoBulkDecision(context.store, {
    ...{ bulk_id, acting_player_id: approver.player_id, source: 'discord' },
    idempotency_key: `discord:${interaction.id}`,
  });
  if (undone.ok) return { message: buildBulkOutcome(undone.value, context.webUrl), outcome: 'done' };
  const refused = { refusal: undone.refusal, playerId: approver.player_id };
  return refuseAttempt(interaction, attempt, refused, context);
}

/** The steps of a bulk decision: pick, preview, form, outcome, undo. All happen in one message that only one person sees. */
export const bulkComponents: readonly Component[] = [
  defineExecution(actions.openBulk, {
    writes: false,
    delivery: 'reply',
    execute: (interaction, _read, context) => openBulk(interaction, context),
  }),
  defineExecution(actions.pickBulk, {
    writes: false,
    delivery: 'update',
    execute: (interaction, _read, context) =>
      preview(interaction, { decision: 'approve', request_ids: interaction.values }, context),
  }),
  defineExecution(actions.previewBulk, {
    writes: false,
    delivery: 'update',
    execute: (interaction, read, context) => {
      const decision = decisionSchema.catch('approve').parse(read('decision'));
      return preview(interaction, { decision, request_ids: interaction.picked[pickId] ?? [] }, context);
    },
  }),
  defineOpening(actions.confirmBulk, (read) => {
    const decision = decisionSchema.safeParse(read('decision')).data;
    return decision ? buildBulkForm(decision, read('comment') === 'required') : null;
  }),
  defineExecution(actions.sendBulkForm, {
    writes: true,
    delivery: 'update',
    execute: async (interaction, read, context) => {
      const decision = decisionSchema.safeParse(read('decision')).data;
      return decision ? decide(interaction, decision, context) : outdated;
    },
  }),
  defineExecution(actions.undoBulk, {
    writes: true,
    delivery: 'update',
    execute: (interaction, read, context) => undo(interaction, read('bulk_id') ?? '', context),
  }),
];
