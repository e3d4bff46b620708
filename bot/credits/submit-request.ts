import { actions } from '../interactions/custom-id.ts';
import { defineExecution } from '../interactions/define-component.ts';
import { buildNotice } from '../platform/notice.ts';
import { quoteWish } from './request-message.ts';
import { submitCreditRequest } from './submit-credit-request.ts';

/** Handles the submitted form of /request. */
export const submitRequest = defineExecution(actions.sendRequestForm, {
  writes: true,
  delivery: 'reply',
  execute: async (interaction, read, context) => {
    const { credit_type = '', amount = '', reason = '' } = interaction.fields;
    if (!/^\d{1,9}$/.test(amount.trim())) {
      const typed = quoteWish({ credit_type, amount: null, reason });
      const text = `Enter a whole number such as 50, without a decimal point or letters. Run \`/request\` again.${typed}`;
      return { message: buildNotice('The amount is not a number', text), outcome: 'refused' };
    }
    const wish = { credit_type, amount: Number(amount.trim()), reason };
    return submitCreditRequest(interaction, wish, context, read('form_key'));
  },
});
