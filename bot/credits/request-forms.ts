import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { z } from 'zod';
import { creditNames } from '#domain/credits/credit-names.ts';
import { creditTypes, type Decision } from '#domain/credits/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import type { CreditPolicy } from '#store/credits/policies/credit-policy-schema.ts';
import type { Modal } from '../interactions/command.ts';
import { type Action, actions, encodeCustomId } from '../interactions/custom-id.ts';

export interface RequestDraft {
  credit_type: string | null;
  amount: number | null;
  reason: string | null;
}

/** Discord's limit for the description of an option. */
const descriptionLengthMax = 100;

/** The request limits of a credit type; undefined if they are unknown. */
function describeLimits(
  policies: readonly CreditPolicy[],
  creditType: CreditPolicy['credit_type'],
): string | undefined {
  const policy = policies.find(({ credit_type }) => credit_type === creditType);
  if (!policy) return undefined;
  const { request_amount_max, period_amount_max, period_days, second_approval_above } = policy;
  const limits = `Up to ${formatNumber(request_amount_max)} at a time, ${formatNumber(period_amount_max)} in ${period_days} days`;
  // A threshold that no request can reach is not mentioned.
  if (second_approval_above === null || second_approval_above >= request_amount_max) return limits;
  const all = `${limits}; above ${formatNumber(second_approval_above)}, two approvers decide`;
  return all.length <= descriptionLengthMax ? all : limits;
}

/**
 * Asks for the options the command left out and keeps those that were given.
 * @param formKey identifies this form: however often it is submitted, it creates one request
 * @param policies what may be requested of each type; empty if it could not be read in time
 */
export function buildRequestForm(
  draft: RequestDraft,
  formKey: string,
  policies: readonly CreditPolicy[],
): Modal {
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
            description: describeLimits(policies, creditType),
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

const decisionForms: Record<Decision, { action: Action<'request_id'>; title: string; required: boolean }> = {
  approve: { action: actions.sendApprovalForm, title: 'Approve the request', required: true },
  reject: { action: actions.sendRejectionForm, title: 'Reject the request', required: false },
};

/**
 * Asks the approver for a reason. Null for an id that no request can have, because a button may carry
 * anything.
 */
export function buildDecisionForm(decision: Decision, requestId: string): Modal | null {
  if (!z.uuid().safeParse(requestId).success) return null;
  const { action, title, required } = decisionForms[decision];
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
          required,
          max_length: textFields.comment.lengthMax,
        },
      },
    ],
  };
}
