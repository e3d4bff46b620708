import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEventSender } from './send-events.ts';

const event = { id: '1', name: 'test/thing.happened', data: {}, created_at: '2026-11-22T12:00:00Z' };
let answer: Response;
const fetched = vi.fn<typeof fetch>(() => Promise.resolve(answer));
beforeEach(() => {
  answer = new Response('{"ids":[]}');
  vi.stubGlobal('fetch', fetched.mockClear());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ['https://events.example', 'https://events.example/e/key'],
  ['https://events.example/', 'https://events.example/e/key'],
  ['https://events.example/a/b/', 'https://events.example/a/b/e/key'],
])('events for %s are posted to %s', async (eventUrl, url) => {
  await createEventSender(eventUrl, 'key')([event]);
  expect(fetched).toHaveBeenCalledExactlyOnceWith(url, expect.objectContaining({ method: 'POST' }));
});

test('an answer is not read, accepted or not, and a refusal contains its status', async () => {
  const send = createEventSender('https://events.example', 'key');
  await send([event]);
  expect(answer.body?.locked).toBe(false);
  expect(await answer.body?.getReader().read()).toEqual({ done: true, value: undefined });
  answer = new Response(null, { status: 503 });
  await expect(send([event])).rejects.toThrow('the event API answered 503');
});

test('an event API that does not answer is abandoned after 10 s', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  await createEventSender('https://events.example', 'key')([event]);
  expect(timeout).toHaveBeenCalledExactlyOnceWith(10_000);
  expect(fetched.mock.calls[0]?.[1]?.signal).toBe(timeout.mock.results[0]?.value);
});
