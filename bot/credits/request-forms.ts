import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Modal } from '../interactions/command.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';

export interface RequestDraft {
  credit_type: string | null;
  amount: number | null;
  reason: string | null;
}

/**
 * Asks for the options the command left out and keeps those that were given.
 * @param formKey identifies this form: however often it is submitted, it creates one request
 */
export function buildRequestForm(draft: RequestDraft, formKey: string): Modal {
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
          options: [
            { label: 'AI credits', value: 'ai', default: draft.credit_type === 'ai' },
            { label: 'Lead credits', value: 'lead', default: draft.credit_type === 'lead' },
          ],
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
          min_length: 3,
          max_length: 500,
          value: draft.reason ?? undefined,
        },
      },
    ],
  };
}

const decisionForms = {
  approve: { action: actions.sendApprovalForm, title: 'Approve the request', required: true },
  reject: { action: actions.sendRejectionForm, title: 'Reject the request', required: false },
};

/**
 * Asks the approver for a reason. Null for an id that no request can have, because a button may carry
 * anything.
 */
export function buildDecisionForm(decision: keyof typeof decisionForms, requestId: string): Modal | null {
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
          max_length: 1_000,
        },
      },
    ],
  };
}
