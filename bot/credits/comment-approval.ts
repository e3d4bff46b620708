import type { Component } from '../interactions/command.ts';
import { buildNotice } from '../platform/notice.ts';
import { buildDecisionForm } from './request-forms.ts';

/** Approves with the comment that the rules require in this case. */
export const commentApproval: Component = {
  action: 'req-approve-why',
  writes: false,
  delivery: 'reply',
  open: (_interaction, [requestId = '']) => buildDecisionForm('approve', requestId),
  execute: () =>
    Promise.resolve({
      message: buildNotice('Nothing happened', 'Press the button again.'),
      outcome: 'refused',
    }),
};
