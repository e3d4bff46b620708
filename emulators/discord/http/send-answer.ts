import type { ServerResponse } from 'node:http';
import type { Answer } from './route.ts';

export type AnswerHeaders = Record<string, string>;
export type LimitScope = 'user' | 'shared' | 'global';

/** Sends a JSON response. */
export function sendAnswer(response: ServerResponse, answer: Answer, headers: AnswerHeaders): void {
  // An empty response must not claim to be JSON, because clients would try to parse it.
  if (answer.body === undefined) {
    response.writeHead(answer.status, headers).end();
    return;
  }
  response.writeHead(answer.status, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}

/** Sends a 429 with everything that tells a client how long to wait. */
export function sendTooManyRequests(
  response: ServerResponse,
  seconds: number,
  scope: LimitScope,
  headers: AnswerHeaders,
): void {
  const message = scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.';
  const body = { message, retry_after: seconds, global: scope === 'global', code: 0 };
  sendAnswer(
    response,
    { status: 429, body },
    {
      ...headers,
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': scope,
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset-after': String(seconds),
      ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
    },
  );
}
