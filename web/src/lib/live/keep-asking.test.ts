import { afterEach, expect, test, vi } from 'vitest';
import { keepAsking } from './keep-asking.ts';

vi.stubGlobal('location', new URL('https://dealscale.example/compare'));
afterEach(() => vi.clearAllMocks());

const untilBack = vi.fn(async () => {});
/** A network that fails this many requests. */
const makeSend = (failureCount: number) => {
  let left = failureCount;
  return vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new TypeError('Failed to fetch');
    return new Response('{}');
  });
};

test("a page's data is requested again when the network is back", async () => {
  const send = makeSend(2);
  const answer = await keepAsking(send, untilBack)('/players/pia/__data.json?x-sveltekit-invalidated=01');
  expect(answer.ok).toBe(true);
  expect(send).toHaveBeenCalledTimes(3);
  expect(untilBack).toHaveBeenCalledTimes(2);
});

test('requests that fail however often the network returns are abandoned', async () => {
  const send = makeSend(Number.POSITIVE_INFINITY);
  await expect(keepAsking(send, untilBack)('/__data.json')).rejects.toThrow('Failed to fetch');
  expect(send).toHaveBeenCalledTimes(5);
});

test.each([
  ['anything else', '/search?q=pia', {}],
  ['a form, which may have arrived', '/profile/__data.json', { method: 'POST' }],
  ['another site', 'https://elsewhere.example/__data.json', {}],
  ['what was called off', '/__data.json', { signal: AbortSignal.abort() }],
])('%s fails at once', async (_, url, init) => {
  await expect(keepAsking(makeSend(1), untilBack)(url, init)).rejects.toThrow('Failed to fetch');
  expect(untilBack).not.toHaveBeenCalled();
});
