import { expect, test, vi } from 'vitest';
import { ProblemError } from './problem.ts';
import { serveRequests } from './serve-requests.ts';

const fault = { status: 503, code: 'away', title: 'It is away.', detail: 'Wait.' };
const ask = (answer: () => Promise<Response>) =>
  serveRequests(answer, fault).fetch(new Request('http://x', { headers: { 'x-request-id': 'theirs' } }));

test('an answer stays as it is', async () => {
  const response = await ask(async () => new Response('done', { status: 202 }));
  expect([response.status, await response.text()]).toEqual([202, 'done']);
});

test('a refusal is a problem document with its headers, and is not logged', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  const refusal = { status: 401, code: 'key_missing', title: 'This needs a key.', detail: 'Send one.' };
  const response = await ask(async () => {
    throw new ProblemError(refusal, { 'www-authenticate': 'Bearer' });
  });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(await response.json()).toEqual({
    ...refusal,
    type: 'urn:dealscale:problem:key_missing',
    request_id: response.headers.get('x-request-id'),
  });
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

test('a fault says nothing of where it came from; the log does, under the same id', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await ask(() => Promise.reject(new TypeError('a secret address')));
  const text = await response.text();
  expect([response.status, JSON.parse(text).code]).toEqual([503, 'away']);
  expect(text).not.toContain('secret');
  const line = JSON.parse(String(logged.mock.calls[0]?.[0]));
  expect(line).toMatchObject({ message: fault.title, request_id: JSON.parse(text).request_id });
  expect(line.error.message).toBe('a secret address');
  logged.mockRestore();
});
