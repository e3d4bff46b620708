import type { Component } from '../interactions/command.ts';
import { decideRequest } from './decide-request.ts';

/** The form behind "Approve with a comment" was sent. */
export const submitApproval: Component = {
  action: 'req-approve-form',
  writes: true,
  delivery: 'reply',
  execute: (interaction, [request_id = ''], context) => {
    const comment = interaction.fields.comment?.trim() ?? '';
    return decideRequest(interaction, { request_id, decision: 'approve', comment }, context);
  },
};
