import { z } from 'zod';
import { type Operation, operationSchema } from './operation.ts';
import type { AppResponse } from './send-request.ts';

/** The application's answer to a call, in terms of how the run continues. */
export type AppAnswer =
  | { kind: 'completed'; output: unknown }
  | {
      kind: 'operations';
      operations: Operation[];
      reqVersion: number;
      isRetriable: boolean;
      retryAfterMs: number | null;
    }
  | { kind: 'failed'; error: unknown; isRetriable: boolean; retryAfterMs: number | null }
  | { kind: 'unreachable'; message: string };

const streamedSchema = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string(),
});

const minRetryAfterMs = 1_000;
const maxRetryAfterMs = 24 * 3_600_000;

/**
 * Parses `retry-after` (whole seconds, or a date compared with the real time), clamped to between 1 s and 24
 * h.
 */
export function readRetryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const delayMs = header.length <= 7 ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  if (Number.isNaN(delayMs)) return null;
  return Math.min(Math.max(delayMs, minRetryAfterMs), maxRetryAfterMs);
}

/** Keep-alive whitespace, then the real answer as one JSON document: status, headers and body. */
function unwrapStream(response: AppResponse): AppResponse {
  if (response.status !== 201) return response;
  const { status, headers, body } = streamedSchema.parse(JSON.parse(response.body));
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { status, body, headers: new Map([...response.headers, ...lowerCased]) };
}

function describeFailure(response: AppResponse, isFromSdk: boolean): unknown {
  if (!isFromSdk) {
    const excerpt = response.body.slice(0, 500);
    return {
      name: 'Error',
      message: `The answer (status ${response.status}) is not from the SDK: ${excerpt}`,
    };
  }
  try {
    const body: unknown = JSON.parse(response.body);
    if (typeof body === 'object' && body !== null && 'message' in body) return body;
    if (typeof body === 'object' && body !== null && 'error' in body) {
      return { name: 'Error', message: String(body.error) };
    }
    return { name: 'Error', message: typeof body === 'string' ? body : response.body };
  } catch {
    return { name: 'Error', message: response.body || `status ${response.status}` };
  }
}

/** Parses an answer of the SDK. Throws on one that claims success but cannot be read. */
export function parseAnswer(rawResponse: AppResponse, nowMs: number): AppAnswer {
  const isFromSdk = rawResponse.headers.has('x-inngest-sdk');
  const response = isFromSdk ? unwrapStream(rawResponse) : rawResponse;
  const { status, headers } = response;
  const noRetry = headers.get('x-inngest-no-retry');
  const isRetriable = noRetry !== 'true';
  const retryAfterMs = readRetryAfterMs(headers.get('retry-after'), nowMs);
  if (isFromSdk && status === 206) {
    const body: unknown = JSON.parse(response.body);
    const operations = z.array(operationSchema).parse(Array.isArray(body) ? body : [body]);
    const reqVersion = Number(headers.get('x-inngest-req-version') ?? 2);
    return { kind: 'operations', operations, reqVersion, isRetriable, retryAfterMs };
  }
  if (isFromSdk && status === 200) return { kind: 'completed', output: JSON.parse(response.body || 'null') };
  return { kind: 'failed', error: describeFailure(response, isFromSdk), isRetriable, retryAfterMs };
}
