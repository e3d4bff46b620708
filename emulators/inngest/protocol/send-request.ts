import http from 'node:http';
import https from 'node:https';

interface AppRequest {
  method: 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

export interface AppResponse {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** The application cannot have seen the request, because no connection was made. */
export class UnreachableAppError extends Error {
  override name = 'UnreachableAppError';
}

/**
 * Sends one request to an application and reads the whole answer. Throws UnreachableAppError if no connection
 * was made, and another error if the connection broke or timed out, in which case the application may have
 * acted. Uses `node:http`, because `fetch` gives up after five minutes and cannot tell the two apart.
 */
export function sendRequest({ method, url, headers, body, timeoutMs }: AppRequest): Promise<AppResponse> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const fail = (cause: Error) => {
      const message = `${method} ${url}: ${cause.message || cause.name}`;
      reject(isConnected ? new Error(message, { cause }) : new UnreachableAppError(message, { cause }));
    };
    const client = url.startsWith('https:') ? https : http;
    const request = client.request(url, {
      method,
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('socket', (socket) => {
      socket.on('connect', () => {
        isConnected = true;
      });
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Map(pairs),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    request.end(body);
  });
}
