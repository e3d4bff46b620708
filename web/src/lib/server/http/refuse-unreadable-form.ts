import { error } from '@sveltejs/kit';

/**
 * Has a request whose body is no form answer 400 to whoever reads it as one. Browsers send none; without this it would
 * look like a fault of ours.
 */
export function refuseUnreadableForm(request: Request): void {
  const read = request.formData.bind(request);
  const readOrRefuse = async (): Promise<FormData> => {
    try {
      return await read();
    } catch (cause) {
      // Anything else, such as a body that is too large, has an answer already.
      if (!(cause instanceof TypeError)) throw cause;
      error(400, 'The form could not be read. Reload the page and send it again.');
    }
  };
  Object.defineProperty(request, 'formData', { value: readOrRefuse });
}
