import { afterEach, expect, test, vi } from 'vitest';
import { buildNotice } from '#bot/platform/notice.ts';
import { DiscordError, DiscordUnreachableError } from '#bot/transport/discord-error.ts';
import { createAnswerEditor } from './edit-answer.ts';

const message = buildNotice('Done', 'All of it.');
const edit = createAnswerEditor('http://discord/api', '333');

function answerWith(answer: Response | Error) {
  const send = vi.fn<typeof fetch>(async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  vi.stubGlobal('fetch', send);
  return send;
}
afterEach(() => {
  vi.unstubAllGlobals();
});

test('replaces the answer, with nothing but the token of the interaction', async () => {
  const send = answerWith(Response.json({ id: '1' }));
  await edit('s3cret', message);
  const [url, init] = send.mock.calls[0] ?? [];
  expect(url).toBe('http://discord/api/v10/webhooks/333/s3cret/messages/@original');
  expect(init).toMatchObject({ method: 'PATCH', body: JSON.stringify(message) });
  expect(init?.signal).toBeInstanceOf(AbortSignal);
  const headers = new Headers(init?.headers);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('user-agent')).toMatch(/^DiscordBot \(https:.+, .+\)$/);
  expect(headers.has('authorization')).toBe(false);
});

test.each([
  [404, { code: 10015, message: 'Unknown Webhook' }, 10015],
  [429, { message: 'You are being rate limited.', retry_after: 3 }, 0],
  [500, null, 0],
])('a refusal with %i is thrown as it was meant, and sent once', async (status, body, code) => {
  const send = answerWith(
    body === null ? new Response('<html>', { status }) : Response.json(body, { status }),
  );
  const error = await edit('s3cret', message).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiscordError);
  expect(error).toMatchObject({ status, code });
  expect(String(error)).not.toContain('s3cret');
  expect(send).toHaveBeenCalledTimes(1);
});

test('a Discord that cannot be reached is told from one that refuses', async () => {
  answerWith(new TypeError('connection refused'));
  const error = await edit('s3cret', message).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiscordUnreachableError);
});
