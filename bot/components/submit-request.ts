import type { Component } from '../command.ts';
import { submitCreditRequest } from '../commands/submit-credit-request.ts';
import { buildNotice } from '../messages/notice.ts';

/** The form of /request was sent. */
export const submitRequest: Component = {
  action: 'req-form',
  writes: true,
  delivery: 'reply',
  execute: async (interaction, _args, context) => {
    const { credit_type = '', amount = '', reason = '' } = interaction.fields;
    if (!/^\d{1,9}$/.test(amount.trim())) {
      const text = 'Enter a whole number like 50, without points or letters. Run `/request` again.';
      return { message: buildNotice('The amount is not a number', text), outcome: 'refused' };
    }
    return submitCreditRequest(interaction, { credit_type, amount: Number(amount.trim()), reason }, context);
  },
};
