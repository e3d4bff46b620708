import { applyAction, type SubmitFunction } from '$app/forms';

interface SendFormOptions {
  /** Whether the fields are emptied after success; they are unless told otherwise. */
  reset?: boolean;
  /** Told when sending begins and when it has ended. */
  onsending?: (isSending: boolean) => void;
}

/**
 * Sends a form without leaving the page. What never arrived is said at the form, with everything typed still in it,
 * rather than on an error page that takes its place.
 * @param about which form of the page it is, as its action names it in its answers
 */
export function sendForm(about: string, { reset = true, onsending }: SendFormOptions = {}): SubmitFunction {
  return () => {
    onsending?.(true);
    return async ({ result, update }) => {
      // An answer has a status, whatever it says.
      const neverArrived = result.type === 'error' && result.status === undefined;
      if (neverArrived) {
        const problem = 'That did not reach us. Check your connection and send it again.';
        const here = location.pathname + location.search;
        await applyAction({ type: 'failure', status: 503, data: { about, problem }, location: here });
      } else await update({ reset });
      onsending?.(false);
    };
  };
}
