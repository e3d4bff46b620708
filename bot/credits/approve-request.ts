import type { Component } from '../interactions/command.ts';
import { decideRequest } from './decide-request.ts';

/** The Approve button of a card. */
export const approveRequest: Component = {
  action: 'req-approve',
  writes: true,
  delivery: 'reply',
  execute: (interaction, [request_id = ''], context) =>
    decideRequest(interaction, { request_id, decision: 'approve', comment: '' }, context),
};
