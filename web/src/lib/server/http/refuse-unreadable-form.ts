import { error } from '@sveltejs/kit';

/**
 * Answers 400 if the body of a form request is not a form. Browsers never send that, and it would otherwise
 * look like a server error.
 */
export function refuseUnreadableForm(request: Request): void {
  const read = request.formData.bind(request);
  const readOrRefuse = async (): Promise<FormData> => {
    try {
      return await read();
    } catch (cause) {
      // Other errors, such as a body that is too large, already have a response.
      if (!(cause instanceof TypeError)) throw cause;
      error(400, 'The form could not be read. Reload the page and send it again.');
    }
  };
  Object.defineProperty(request, 'formData', { value: readOrRefuse });
}
