import type { IncomingMessage } from 'node:http';
import { RestError, unauthorized } from '../rules/rest-error.ts';
import type { World } from '../state/world.ts';
import type { Caller, Route } from './route.ts';

function readCaller(world: World, request: IncomingMessage): Caller {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme === undefined || scheme === '') return { kind: 'nobody' };
  if (scheme === 'Bot' && token === world.credentials.bot_token) {
    const user = world.users.get(world.credentials.application_id);
    if (user) return { kind: 'bot', user };
  }
  const grant = scheme === 'Bearer' && token ? world.grants.get(token) : undefined;
  const user = grant && world.users.get(grant.user_id);
  if (grant && user && grant.expires_at_ms > world.clock.now()) return { kind: 'person', user, grant };
  throw unauthorized();
}

/** Identifies the sender of a request; throws a 401 if they may not use the route. */
export function identifyCaller(world: World, route: Route, request: IncomingMessage): Caller {
  // There the token in the path is sufficient; libraries send no header, or an irrelevant one.
  if (route.auth === 'token' || route.auth === 'none') return { kind: 'nobody' };
  const caller = readCaller(world, request);
  const isAllowed = route.auth === 'any' ? caller.kind !== 'nobody' : caller.kind === route.auth;
  if (!isAllowed) throw unauthorized();
  return caller;
}

/** The URL-encoded audit log reason; throws 50035 if it is too long. */
export function readAuditReason(request: IncomingMessage): string | null {
  const header = request.headers['x-audit-log-reason'];
  if (typeof header !== 'string') return null;
  const reason = decodeURIComponent(header);
  if (reason.length >= 1 && reason.length <= 512) return reason;
  throw new RestError(400, 50035, 'Invalid Form Body', {
    _errors: [{ code: 'BASE_TYPE_BAD_LENGTH', message: 'Must be between 1 and 512 in length.' }],
  });
}
