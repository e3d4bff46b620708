import type { ZodMiniType } from 'zod/mini';
import type { Upload } from '../actions/compose-message.ts';
import type { OauthGrant, User } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import type { Bucket } from './rate-limits.ts';

/** The sender of a request: the bot, a person through an OAuth token, or nobody. */
export type Caller =
  | { kind: 'bot'; user: User }
  | { kind: 'person'; user: User; grant: OauthGrant }
  | { kind: 'nobody' };

/** A request after routing, authentication and body validation. */
export interface Call {
  sandbox: Sandbox;
  caller: Caller;
  /** A path segment by its name in the route. */
  param(name: string): string;
  query: URLSearchParams;
  body: unknown;
  uploads: readonly Upload[];
  /** The audit log reason, decoded. */
  reason: string | null;
}

export interface Answer {
  status: number;
  body?: unknown;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One REST operation. The schemas are Discord's own; both directions are validated. */
export interface Route {
  method: Method;
  /** Discord's path template, such as `/guilds/{guild_id}`. */
  path: string;
  /** `token`: the interaction token in the path is the credential. */
  auth: 'bot' | 'person' | 'any' | 'none' | 'token';
  accepts?: ZodMiniType;
  gives?: ZodMiniType;
  bucket?: Bucket;
  handle(call: Call): Answer | Promise<Answer>;
}

export interface MatchedRoute {
  route: Route;
  params: Map<string, string>;
}

function toPattern(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? `(?<${segment.slice(1, -1)}>[^/]+)` : segment))
    .join('/');
  return new RegExp(`^${source}$`);
}

/** Finds the route for a request; literal segments win over parameters. */
export function createMatcher(
  routes: readonly Route[],
): (method: string, path: string) => MatchedRoute | undefined {
  const literals = (route: Route): number =>
    route.path.split('/').filter((part) => !part.startsWith('{')).length;
  const compiled = [...routes]
    .sort((a, b) => literals(b) - literals(a))
    .map((route) => ({ route, pattern: toPattern(route.path) }));
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      if (route.method !== method) continue;
      const match = pattern.exec(path);
      if (match) return { route, params: new Map(Object.entries(match.groups ?? {})) };
    }
    return undefined;
  };
}
