import type { Component } from '../interactions/command.ts';
import { decideRequest } from './decide-request.ts';

/** Handles the submitted form behind Reject. */
export const submitRejection: Component = {
  action: 'req-reject-form',
  writes: true,
  delivery: 'reply',
  execute: (interaction, [request_id = ''], context) => {
    const comment = interaction.fields.comment?.trim() ?? '';
    return decideRequest(interaction, { request_id, decision: 'reject', comment }, context);
  },
};
