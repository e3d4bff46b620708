import { type AccessTokens, type Claims, TokenError } from '../tokens/access-token.ts';

/** Identifies the caller of a request: the API key's role, or the person whose access token came with it. */
export interface Caller {
  apiKey: 'publishable' | 'secret';
  /** Role and claims that the database sees. */
  claims: Claims;
  /** Whether an access token was sent in addition to the API key. */
  hasToken: boolean;
}

export type CallerResult = { ok: true; caller: Caller } | { ok: false; response: Response };

interface ApiKeys {
  publishableKey: string;
  secretKey: string;
}

const browser = /^\s*Mozilla\/5\.0/i;
// API keys do not expire; the claim exists because code that checks claims expects it.
const neverSeconds = 253_402_300_799;

/**
 * Identifies the caller like the gateway of a hosted project. The API key must be in the header or query
 * parameter `apikey`; a bearer token that is an API key does not count.
 * @param onInvalidToken answers a request whose bearer token is not a valid access token
 */
export async function identifyCaller(
  request: Request,
  keys: ApiKeys,
  tokens: AccessTokens,
  onInvalidToken: (error: TokenError) => Response,
): Promise<CallerResult> {
  const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey');
  if (!key) {
    return refuse('No API key found in request', 'No `apikey` request header or url param was found.');
  }
  const apiKey = getKeyType(key, keys);
  if (apiKey === null) return refuse('Invalid API key', 'Double check your Supabase `apikey`.');
  if (apiKey === 'secret' && browser.test(request.headers.get('user-agent') ?? '')) {
    return refuse('Forbidden use of secret API key in browser', 'Secret keys belong on servers only.');
  }
  const token = getBearerToken(request);
  if (token === null || token === key || token.startsWith('sb_')) {
    return { ok: true, caller: { apiKey, claims: getKeyClaims(apiKey), hasToken: false } };
  }
  try {
    return { ok: true, caller: { apiKey, claims: await tokens.verify(token), hasToken: true } };
  } catch (error) {
    if (error instanceof TokenError) return { ok: false, response: onInvalidToken(error) };
    throw error;
  }
}

/** The bearer token of a request, or null. */
export function getBearerToken(request: Request): string | null {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Which of the project's API keys this is, or null. */
export function getKeyType(key: string, keys: ApiKeys): Caller['apiKey'] | null {
  if (key === keys.publishableKey) return 'publishable';
  return key === keys.secretKey ? 'secret' : null;
}

/** The claims of an API key. */
export function getKeyClaims(apiKey: Caller['apiKey']): Claims {
  return { role: apiKey === 'secret' ? 'service_role' : 'anon', exp: neverSeconds };
}

function refuse(message: string, hint: string): CallerResult {
  return { ok: false, response: Response.json({ message, hint }, { status: 401 }) };
}
