import type { API } from '@discordjs/core/http-only';
import { createDiscordApi } from '../transport/create-discord-api.ts';
import { DiscordError, DiscordRateLimitError } from '../transport/discord-error.ts';

export interface FakeRequest {
  method: string;
  /** Without version. */
  path: string;
  body: unknown;
  /** For the audit log of the server. */
  reason: string | null;
}

/** The error names its request, status and code before what Discord said. */
function toResponse(error: DiscordError, headers: Record<string, string>): Response {
  const { route, status, code } = error;
  const message = error.message.slice(`${route}: ${status} ${code} `.length);
  return Response.json({ code, message }, { status, headers });
}

/** As the caller wrote it. A hostile token may contain a percent sign that encodes nothing. */
function decodePath(pathname: string): string {
  return pathname.replaceAll(/(?:%[0-9A-F]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/**
 * The real client in front of a Discord whose answers come from a function. What the function throws arrives as
 * Discord would send it: a DiscordError as an answer, anything else as a lost connection.
 */
export function createFakeDiscord(answer: (request: FakeRequest) => unknown): API {
  const fakeFetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    const reason = headers.get('x-audit-log-reason');
    try {
      const value = await answer({
        method: init?.method ?? 'GET',
        path: decodePath(new URL(String(input)).pathname).replace('/api/v10', ''),
        body: init?.body ? JSON.parse(String(init.body)) : null,
        reason: reason === null ? null : decodeURIComponent(reason),
      });
      return value === null || value === undefined
        ? new Response(null, { status: 204 })
        : Response.json(value);
    } catch (error) {
      if (error instanceof DiscordRateLimitError) {
        return toResponse(error, { 'retry-after': String(error.retryAfterMs / 1_000) });
      }
      if (error instanceof DiscordError && error.status > 0) return toResponse(error, {});
      throw error;
    }
  };
  return createDiscordApi({
    ...{ apiUrl: 'http://discord/api', token: 'bot', fetch: fakeFetch },
    refusedCountMax: Number.POSITIVE_INFINITY,
  });
}
