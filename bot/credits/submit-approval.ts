import type { Component } from '../interactions/command.ts';
import { decideRequest } from './decide-request.ts';

/** Handles the submitted form behind "Approve with a comment". */
export const submitApproval: Component = {
  action: 'req-approve-form',
  writes: true,
  delivery: 'reply',
  execute: (interaction, [request_id = ''], context) => {
    const comment = interaction.fields.comment?.trim() ?? '';
    return decideRequest(interaction, { request_id, decision: 'approve', comment }, context);
  },
};
