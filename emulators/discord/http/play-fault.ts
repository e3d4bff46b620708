import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { type AnswerHeaders, type LimitScope, sendAnswer, sendTooManyRequests } from './send-answer.ts';

const limitScopes = new Map<Fault['kind'], LimitScope>([
  ['rate_limit_user', 'user'],
  ['rate_limit_shared', 'shared'],
  ['rate_limit_global', 'global'],
]);

/**
 * Answers with a fault; returns the status that was sent, 0 for a cut connection, null if the request
 * continues.
 */
export function playFault(fault: Fault, response: ServerResponse, headers: AnswerHeaders): number | null {
  const scope = limitScopes.get(fault.kind);
  if (scope) {
    sendTooManyRequests(response, fault.retry_after_seconds, scope, headers);
    return 429;
  }
  switch (fault.kind) {
    case 'rate_limit_html': {
      const wait = String(Math.ceil(fault.retry_after_seconds));
      response.writeHead(429, { 'content-type': 'text/html', 'retry-after': wait, via: '1.1 google' });
      response.end('<html><body>error code: 1015</body></html>');
      return 429;
    }
    case 'server_error':
      sendAnswer(response, { status: 500, body: { message: 'Internal Server Error', code: 0 } }, headers);
      return 500;
    case 'bad_gateway':
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><body>502 Bad Gateway</body></html>');
      return 502;
    case 'connection_reset':
      response.destroy();
      return 0;
    case 'not_applied':
      sendAnswer(response, { status: 204 }, headers);
      return 204;
    default:
      return null;
  }
}
