import { z } from 'zod';
import { log } from '../../../process/log.ts';
import type { DiscordSettings } from '../../settings.ts';
import { AuthError } from '../auth-error.ts';

const timeoutMs = 10_000;

const tokensSchema = z.object({ access_token: z.string().min(1), refresh_token: z.string().optional() });
const accountSchema = z.object({
  id: z.string().regex(/^\d+$/),
  username: z.string(),
  discriminator: z.string().default('0'),
  global_name: z.string().nullish(),
  avatar: z.string().nullish(),
  email: z.string().nullish(),
  verified: z.boolean().nullish(),
});

/** A Discord account whose ownership was proven. */
export interface DiscordAccount {
  id: string;
  email: string | null;
  isEmailVerified: boolean;
  /** What GoTrue stores about a Discord identity. */
  identityData: Record<string, unknown>;
  accessToken: string;
  refreshToken: string | null;
}

/** Exchanges the callback's code with Discord and reads the account. */
export async function fetchDiscordAccount(
  settings: DiscordSettings,
  code: string,
  redirectUrl: string,
): Promise<DiscordAccount> {
  const tokens = await exchangeCode(settings, code, redirectUrl);
  const account = await readAccount(settings, tokens.access_token);
  const email = account.email?.toLowerCase() ?? null;
  const avatarUrl = getAvatarUrl(account);
  return {
    id: account.id,
    email,
    isEmailVerified: account.verified ?? false,
    identityData: {
      iss: 'https://discord.com/api',
      sub: account.id,
      provider_id: account.id,
      name: `${account.username}#${account.discriminator}`,
      full_name: account.username,
      picture: avatarUrl,
      avatar_url: avatarUrl,
      email: email ?? undefined,
      email_verified: account.verified ?? false,
      phone_verified: false,
      custom_claims: { global_name: account.global_name ?? null },
    },
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? null,
  };
}

async function exchangeCode(settings: DiscordSettings, code: string, redirectUrl: string) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUrl,
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
  });
  const failure = `Unable to exchange external code: ${code.slice(0, 6)}…`;
  const answer = await request(`${settings.baseUrl}/api/oauth2/token`, { method: 'POST', body }, failure);
  return parseAnswer(tokensSchema, answer, failure);
}

async function readAccount(settings: DiscordSettings, accessToken: string) {
  const failure = 'Error getting user profile from external provider';
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await request(`${settings.baseUrl}/api/users/@me`, { headers }, failure);
  return parseAnswer(accountSchema, answer, failure);
}

async function request(url: string, init: RequestInit, failure: string): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`Discord answered ${response.status}.`);
    return await response.json();
  } catch (cause) {
    log('error', `${failure}.`, { error: cause });
    throw new AuthError(500, 'unexpected_failure', failure);
  }
}

function parseAnswer<Schema extends z.ZodType>(schema: Schema, answer: unknown, failure: string) {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new AuthError(500, 'unexpected_failure', failure);
  return parsed.data;
}

function getAvatarUrl({ id, avatar, discriminator }: z.infer<typeof accountSchema>): string {
  if (avatar) {
    const extension = avatar.startsWith('a_') ? 'gif' : 'png';
    return `https://cdn.discordapp.com/avatars/${id}/${avatar}.${extension}`;
  }
  const index = discriminator === '0' ? (BigInt(id) >> 22n) % 6n : BigInt(discriminator) % 5n;
  return `https://cdn.discordapp.com/embed/avatars/${index}.png`;
}
