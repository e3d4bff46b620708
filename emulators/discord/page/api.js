/**
 * Calls the sandbox's control API.
 *
 * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path below `/_sandbox/`
 * @param {unknown} [body]
 * @returns {Promise<any>} parsed JSON, or undefined when the answer is empty
 */
export async function call(method, path, body) {
  const response = await fetch(`/_sandbox/${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(answer?.message ?? `The sandbox answered ${response.status}`);
  return answer;
}

/**
 * Follows what happens; reconnects by itself.
 *
 * @param {{ change: (change: any) => void, notice: (notice: any) => void, open: () => void, lost: () => void }} on
 */
export function follow(on) {
  const events = new EventSource('/_sandbox/events');
  events.addEventListener('ready', () => on.open());
  events.addEventListener('change', (event) => on.change(JSON.parse(event.data)));
  events.addEventListener('notice', (event) => on.notice(JSON.parse(event.data)));
  events.addEventListener('error', () => on.lost());
}
