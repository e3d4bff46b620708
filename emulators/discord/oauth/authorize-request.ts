import { z } from 'zod';
import type { World } from '../state/world.ts';
import { scopeTexts } from './scopes.ts';

const querySchema = z.object({
  client_id: z.string(),
  redirect_uri: z.url(),
  response_type: z.string(),
  scope: z.string().default('identify'),
  state: z.string().optional(),
  prompt: z.literal(['consent', 'none']).default('consent'),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal(['S256', 'plain']).default('plain'),
});

/** An application's authorisation request. */
export interface AuthorizeRequest {
  redirect_uri: string;
  scopes: string[];
  state: string | undefined;
  prompt: 'consent' | 'none';
  challenge: { value: string; method: 'S256' | 'plain' } | null;
}

type AuthorizeOutcome =
  | { ok: true; request: AuthorizeRequest }
  /** Shown to the person: the application cannot be trusted with a redirect. */
  | { ok: false; problem: string }
  /** Sent to the application. */
  | { ok: false; redirect: string };

/** A sandbox accepts loopback addresses on any port; others must be registered, as with Discord. */
function isAllowedRedirect(world: World, uri: string): boolean {
  const { hostname } = new URL(uri);
  if (['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return true;
  return world.application().redirect_uris.includes(uri);
}

/** The application's redirect URL with the result. */
export function toRedirect(uri: string, answer: Record<string, string | undefined>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(answer))
    if (value !== undefined) url.searchParams.set(name, value);
  return url.toString();
}

/** Parses the query of the authorize page. */
export function readAuthorizeRequest(world: World, query: URLSearchParams): AuthorizeOutcome {
  const parsed = querySchema.safeParse(Object.fromEntries(query));
  if (!parsed.success) {
    return {
      ok: false,
      problem: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    };
  }
  const asked = parsed.data;
  if (asked.client_id !== world.credentials.application_id)
    return { ok: false, problem: 'Unknown application (client_id)' };
  if (!isAllowedRedirect(world, asked.redirect_uri))
    return { ok: false, problem: 'Invalid OAuth2 redirect_uri' };
  const tell = (error: string, error_description: string): AuthorizeOutcome => ({
    ok: false,
    redirect: toRedirect(asked.redirect_uri, { error, error_description, state: asked.state }),
  });
  if (asked.response_type !== 'code')
    return tell('unsupported_response_type', 'Only the code flow is supported');
  const scopes = asked.scope.split(/[\s+]+/).filter((scope) => scope !== '');
  const unknown = scopes.filter((scope) => !scopeTexts.has(scope));
  if (unknown.length > 0)
    return tell('invalid_scope', `The requested scope is unknown: ${unknown.join(' ')}`);
  const value = asked.code_challenge;
  return {
    ok: true,
    request: {
      redirect_uri: asked.redirect_uri,
      scopes,
      state: asked.state,
      prompt: asked.prompt,
      challenge: value === undefined ? null : { value, method: asked.code_challenge_method },
    },
  };
}
