import type { Component } from '../interactions/command.ts';
import { actions } from '../interactions/custom-id.ts';
import { defineExecution, defineOpening } from '../interactions/define-component.ts';
import type { ComponentInteraction } from '../interactions/interaction.ts';
import { decideRequest } from './decide-request.ts';
import { buildDecisionForm } from './request-forms.ts';

const readComment = ({ fields }: ComponentInteraction): string => fields.comment?.trim() ?? '';

/**
 * The buttons of a request's card, and the forms behind them. Rights are checked when a request is decided, not
 * when a form is opened.
 */
export const decisionComponents: readonly Component[] = [
  defineExecution(actions.approveRequest, {
    writes: true,
    delivery: 'reply',
    execute: (interaction, read, context) => {
      const request_id = read('request_id') ?? '';
      return decideRequest(interaction, { request_id, decision: 'approve', comment: '' }, context);
    },
  }),
  // Offered when the rules want a comment from this approver.
  defineOpening(actions.explainApproval, (read) => buildDecisionForm('approve', read('request_id') ?? '')),
  defineExecution(actions.sendApprovalForm, {
    writes: true,
    delivery: 'reply',
    execute: (interaction, read, context) => {
      const request_id = read('request_id') ?? '';
      const comment = readComment(interaction);
      return decideRequest(interaction, { request_id, decision: 'approve', comment }, context);
    },
  }),
  defineOpening(actions.rejectRequest, (read) => buildDecisionForm('reject', read('request_id') ?? '')),
  // Offered when the rules want a comment on a rejection.
  defineOpening(actions.explainRejection, (read) =>
    buildDecisionForm('reject', read('request_id') ?? '', true),
  ),
  defineExecution(actions.sendRejectionForm, {
    writes: true,
    delivery: 'reply',
    execute: (interaction, read, context) => {
      const request_id = read('request_id') ?? '';
      const comment = readComment(interaction);
      return decideRequest(interaction, { request_id, decision: 'reject', comment }, context);
    },
  }),
];
