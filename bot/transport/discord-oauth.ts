import { z } from 'zod';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';

const timeoutMs = 5_000;

const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

/** Fresh tokens from Discord; the previous ones are used up. */
export interface DiscordGrant {
  access_token: string;
  refresh_token: string;
  expires_in_seconds: number;
}

/** What can be done with an account's tokens. */
export interface DiscordOauth {
  /** Exchanges a refresh token for new tokens; null if Discord no longer accepts it. */
  refresh(refreshToken: string): Promise<DiscordGrant | null>;
  /** Revokes everything the account granted us. A dead token is fine. */
  revoke(token: string): Promise<void>;
  /** Whether an access token is still valid. */
  isAlive(accessToken: string): Promise<boolean>;
}

interface Options {
  /** Without version, e.g. https://discord.com/api */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  fetch?: typeof fetch;
}

const deadTokenErrors = new Set(['invalid_grant', 'invalid_token', 'unsupported_token_type']);

function readErrorName(text: string): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
  } catch {
    return '';
  }
}

/**
 * Discord's OAuth token endpoints. Throws DiscordError and its subclasses, also if our own credentials are
 * wrong.
 */
export function createDiscordOauth(options: Options): DiscordOauth {
  const { apiUrl, clientId, clientSecret } = options;
  const send = options.fetch ?? fetch;

  async function call(route: string, path: string, init: RequestInit) {
    try {
      const response = await send(`${apiUrl}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      return { response, text: await response.text() };
    } catch (cause) {
      throw new DiscordUnreachableError(route, cause);
    }
  }

  function refuse(route: string, response: Response, name: string): never {
    if (response.status === 429) {
      const seconds = Number(response.headers.get('retry-after') ?? '1');
      throw new DiscordRateLimitError(route, (Number.isFinite(seconds) ? seconds : 1) * 1_000);
    }
    throw new DiscordError(route, response.status, 0, name || 'no details given');
  }

  async function post(path: string, form: Record<string, string>) {
    const route = `POST ${path}`;
    const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret });
    const { response, text } = await call(route, path, { method: 'POST', body });
    const name = response.ok ? '' : readErrorName(text);
    const isDead = response.status === 404 || (response.status < 500 && deadTokenErrors.has(name));
    if (!response.ok && !isDead) refuse(route, response, name);
    return isDead ? null : text;
  }

  return {
    async refresh(refreshToken) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const text = await post('/oauth2/token', form);
      if (text === null) return null;
      const { expires_in, ...tokens } = grantSchema.parse(JSON.parse(text));
      return { ...tokens, expires_in_seconds: expires_in };
    },
    async revoke(token) {
      await post('/oauth2/token/revoke', { token });
    },
    async isAlive(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` };
      const { response } = await call('GET /users/@me', '/v10/users/@me', { headers });
      if (response.ok || response.status === 401) return response.ok;
      return refuse('GET /users/@me', response, '');
    },
  };
}
