/** Posts a form while its page is being closed. Nobody reads the answer. */
export function sendLast(action: URL, form: FormData): void {
  const fields = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
  void fetch(action, {
    method: 'POST',
    keepalive: true,
    headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
    body: new URLSearchParams(fields),
  }).catch(() => {
    // The page is gone; the request is still open when it is next seen.
  });
}
