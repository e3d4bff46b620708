import { expect, test } from 'vitest';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';
import { createDiscordOauth } from './discord-oauth.ts';

const sent: { url: string; body: string }[] = [];

function createOauth(answer: () => Response) {
  sent.length = 0;
  return createDiscordOauth({
    apiUrl: 'http://discord/api',
    clientId: 'client',
    clientSecret: 'secret',
    fetch: async (input, init) => {
      sent.push({ url: String(input), body: String(init?.body ?? '') });
      return answer();
    },
  });
}
const refuse = (status: number, error: string) => () => Response.json({ error }, { status });

test('a refresh token is exchanged for new tokens', async () => {
  const grant = { access_token: 'a2', refresh_token: 'r2', expires_in: 604_800, scope: 'identify' };
  const oauth = createOauth(() => Response.json(grant));
  expect(await oauth.refresh('r1')).toEqual({
    access_token: 'a2',
    refresh_token: 'r2',
    expires_in_seconds: 604_800,
  });
  expect(sent).toEqual([
    {
      url: 'http://discord/api/oauth2/token',
      body: 'grant_type=refresh_token&refresh_token=r1&client_id=client&client_secret=secret',
    },
  ]);
});

test('a token unknown to Discord cannot be refreshed and needs no revocation', async () => {
  expect(await createOauth(refuse(400, 'invalid_grant')).refresh('r')).toBeNull();
  for (const [status, error] of [
    [400, 'invalid_token'],
    [400, 'invalid_grant'],
    [404, 'not_found'],
  ] as const) {
    await createOauth(refuse(status, error)).revoke('r');
    expect(sent[0]?.url).toBe('http://discord/api/oauth2/token/revoke');
  }
});

test('an access token is valid or not', async () => {
  expect(await createOauth(() => Response.json({ id: '1' })).isAlive('a')).toBe(true);
  expect(await createOauth(refuse(401, 'unauthorized')).isAlive('a')).toBe(false);
});

test.each(['refresh', 'revoke'] as const)(
  '%s fails if Discord or our own credentials are at fault',
  async (verb) => {
    await expect(createOauth(refuse(401, 'invalid_client'))[verb]('t')).rejects.toThrow(DiscordError);
    await expect(createOauth(refuse(502, 'invalid_grant'))[verb]('t')).rejects.toThrow(DiscordError);
    await expect(createOauth(refuse(400, 'invalid_request'))[verb]('t')).rejects.toThrow(DiscordError);
    const limited = () => new Response('', { status: 429, headers: { 'retry-after': '3' } });
    await expect(createOauth(limited)[verb]('t')).rejects.toMatchObject({ retryAfterMs: 3_000 });
    await expect(createOauth(limited)[verb]('t')).rejects.toThrow(DiscordRateLimitError);
    const away = () => {
      throw new TypeError('away');
    };
    await expect(createOauth(away)[verb]('t')).rejects.toThrow(DiscordUnreachableError);
  },
);
