import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';

export interface StubAccount {
  id: string;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  email?: string;
  verified?: boolean;
}

/** Discord's OAuth endpoints without a consent page: the person who is `signedIn` agrees at once. */
export interface DiscordStub {
  url: string;
  /** Who authorises the next time; null declines. */
  signedIn: StubAccount | null;
  stop: () => Promise<void>;
}

const tokenForm = z.object({
  grant_type: z.literal('authorization_code'),
  code: z.string(),
  redirect_uri: z.string(),
  client_id: z.literal('client'),
  client_secret: z.literal('secret'),
});

export async function startDiscordStub(): Promise<DiscordStub> {
  const codes = new Map<string, { account: StubAccount; redirectUri: string }>();
  const tokens = new Map<string, StubAccount>();
  const app = new Hono();
  app.get('/api/oauth2/authorize', (c) => {
    const back = new URL(c.req.query('redirect_uri') ?? '');
    back.searchParams.set('state', c.req.query('state') ?? '');
    if (stub.signedIn === null) {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set(
        'error_description',
        'The resource owner or authorization server denied the request',
      );
      return c.redirect(back.toString());
    }
    const code = randomUUID();
    codes.set(code, { account: stub.signedIn, redirectUri: c.req.query('redirect_uri') ?? '' });
    back.searchParams.set('code', code);
    return c.redirect(back.toString());
  });
  app.post('/api/oauth2/token', async (c) => {
    const form = tokenForm.safeParse(await c.req.parseBody());
    const grant = form.success ? codes.get(form.data.code) : undefined;
    if (!grant || grant.redirectUri !== form.data?.redirect_uri)
      return c.json({ error: 'invalid_grant' }, 400);
    codes.delete(form.data.code);
    const token = randomUUID();
    tokens.set(token, grant.account);
    return c.json({
      access_token: token,
      refresh_token: `refresh-${token}`,
      token_type: 'Bearer',
      expires_in: 604800,
    });
  });
  app.get('/api/users/@me', (c) => {
    const account = tokens.get(c.req.header('authorization')?.replace('Bearer ', '') ?? '');
    return account ? c.json(account) : c.json({ message: '401: Unauthorized', code: 0 }, 401);
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const stub: DiscordStub = {
    url: `http://127.0.0.1:${port}`,
    signedIn: null,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return stub;
}
