import { describeProblem } from '#lib/ui/describe-problem.ts';
import { applyAction, type SubmitFunction } from '$app/forms';
import type { FormAnswer } from './form-answer.ts';

interface SendFormOptions {
  /** Whether the fields are cleared after success; true by default. */
  reset?: boolean;
  /** Called when sending starts and when it ends. */
  onsending?: (isSending: boolean, sent: FormData) => void;
  /** Takes the answer instead of the page, if other forms of the page have separate answers. */
  onanswer?: (answer: FormAnswer) => void;
}

/**
 * Sends a form without leaving the page. A network failure is shown at the form, with everything typed still
 * in it, instead of on an error page.
 * @param about identifies the form in the action's answers
 */
export function sendForm(
  about: string,
  { reset = true, onsending, onanswer }: SendFormOptions = {},
): SubmitFunction {
  return ({ formData }) => {
    onsending?.(true, formData);
    return async ({ result, update }) => {
      if (result.type === 'error' && (onanswer || result.status === undefined)) {
        const problem = explain(result);
        const here = location.pathname + location.search;
        if (onanswer) onanswer({ about, problem });
        else await applyAction({ type: 'failure', status: 503, data: { about, problem }, location: here });
      } else if (onanswer && (result.type === 'success' || result.type === 'failure')) {
        onanswer({ about, ...result.data });
      } else await update({ reset });
      onsending?.(false, formData);
    };
  };
}

/** Every answer has a status; without one, nothing has arrived. */
function explain({ status, error }: { status?: number; error: App.Error }): string {
  if (status === undefined) return 'That did not reach us. Check your connection and send it again.';
  const { title, action } = describeProblem(status, error.message);
  return `${title}. ${action}`;
}
