import type { Component } from '../interactions/command.ts';
import { buildNotice } from '../platform/notice.ts';
import { buildDecisionForm } from './request-forms.ts';

/**
 * The Reject button of a card: asks for the reason first. Permission is checked when the form is submitted.
 */
export const rejectRequest: Component = {
  action: 'req-reject',
  writes: false,
  delivery: 'reply',
  open: (_interaction, [requestId = '']) => buildDecisionForm('reject', requestId),
  execute: () =>
    Promise.resolve({ message: buildNotice('Nothing happened', 'Press Reject again.'), outcome: 'refused' }),
};
