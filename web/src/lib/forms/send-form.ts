import { applyAction, type SubmitFunction } from '$app/forms';
import type { FormAnswer } from './form-answer.ts';

interface SendFormOptions {
  /** Whether the fields are emptied after success; they are unless told otherwise. */
  reset?: boolean;
  /** Told when sending begins and when it has ended. */
  onsending?: (isSending: boolean, sent: FormData) => void;
  /** Takes the answer instead of the page, where other forms of the page have answers of their own. */
  onanswer?: (answer: FormAnswer) => void;
}

/**
 * Sends a form without leaving the page. What never arrived is said at the form, with everything typed still in it,
 * rather than on an error page that takes its place.
 * @param about which form of the page it is, as its action names it in its answers
 */
export function sendForm(
  about: string,
  { reset = true, onsending, onanswer }: SendFormOptions = {},
): SubmitFunction {
  return ({ formData }) => {
    onsending?.(true, formData);
    return async ({ result, update }) => {
      if (result.type === 'error' && (onanswer || result.status === undefined)) {
        // An answer has a status, whatever it says.
        const problem = 'That did not reach us. Check your connection and send it again.';
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
