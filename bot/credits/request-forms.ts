import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { z } from 'zod';
import { creditNames } from '#domain/credits/credit-names.ts';
import { creditTypes, type Decision } from '#domain/credits/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import type { RequestLimits } from '#store/credits/policies/request-limits-schema.ts';
import type { Modal } from '../interactions/command.ts';
import { type Action, actions, encodeCustomId } from '../interactions/custom-id.ts';
import { describeRequestLimits } from './describe-request-limits.ts';

export interface RequestDraft {
  credit_type: string | null;
  amount: number | null;
  reason: string | null;
}

/**
 * Asks for the options the command left out and keeps those that were given.
 * @param formKey identifies this form: however often it is submitted, it creates one request
 * @param limits what may still be requested of each type; empty if it could not be read in time
 */
export function buildRequestForm(
  draft: RequestDraft,
  formKey: string,
  limits: readonly RequestLimits[],
): Modal {
  const describe = (creditType: RequestLimits['credit_type']): string | undefined =>
    limits.filter(({ credit_type }) => credit_type === creditType).map(describeRequestLimits)[0];
  return {
    custom_id: encodeCustomId(actions.sendRequestForm, { form_key: formKey }),
    title: 'Request credits',
    components: [
      {
        type: ComponentType.Label,
        label: 'Which credits?',
        component: {
          type: ComponentType.StringSelect,
          custom_id: 'credit_type',
          options: creditTypes.map((creditType) => ({
            label: `${creditNames[creditType]} credits`,
            value: creditType,
            description: describe(creditType),
            default: draft.credit_type === creditType,
          })),
        },
      },
      {
        type: ComponentType.Label,
        label: 'How many?',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'amount',
          style: TextInputStyle.Short,
          placeholder: 'A whole number, e.g. 50',
          max_length: 9,
          value: draft.amount === null ? undefined : String(draft.amount),
        },
      },
      {
        type: ComponentType.Label,
        label: 'What for?',
        description: 'The approvers will read this. One sentence is enough.',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'reason',
          style: TextInputStyle.Paragraph,
          min_length: textFields.reason.lengthMin,
          max_length: textFields.reason.lengthMax,
          value: draft.reason ?? undefined,
        },
      },
    ],
  };
}

const decisionForms: Record<Decision, { action: Action<'request_id'>; title: string }> = {
  approve: { action: actions.sendApprovalForm, title: 'Approve the request' },
  reject: { action: actions.sendRejectionForm, title: 'Reject the request' },
};

/**
 * Asks the approver for a reason; an approval is only asked for one if it needs it. Null for an id that no request can have, because a button may carry
 * anything.
 */
export function buildDecisionForm(
  decision: Decision,
  requestId: string,
  isCommentRequired = decision === 'approve',
): Modal | null {
  if (!z.uuid().safeParse(requestId).success) return null;
  const { action, title } = decisionForms[decision];
  return {
    custom_id: encodeCustomId(action, { request_id: requestId }),
    title,
    components: [
      {
        type: ComponentType.Label,
        label: 'Why?',
        description: 'The player will read this.',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'comment',
          style: TextInputStyle.Paragraph,
          required: isCommentRequired,
          max_length: textFields.comment.lengthMax,
        },
      },
    ],
  };
}
