import type { IncomingMessage } from 'node:http';
import { RestError } from '../rules/rest-error.ts';
import { findProblems, requireValid } from '../rules/schema-check.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { identifyCaller, readAuditReason } from './identify-caller.ts';
import { readBody } from './read-body.ts';
import type { Answer, Call, MatchedRoute, Route } from './route.ts';

/** Our own defects must not reach a client as if Discord could answer that. */
function requireValidAnswer(route: Route, answer: Answer): void {
  if (!route.gives || answer.status >= 300 || answer.body === undefined) return;
  const problems = findProblems(route.gives, answer.body);
  if (problems.length === 0) return;
  throw new Error(`its answer breaks Discord's schema: ${JSON.stringify(problems)}`);
}

async function handle(
  sandbox: Sandbox,
  { route, params }: MatchedRoute,
  request: IncomingMessage,
  url: URL,
): Promise<Answer> {
  const caller = identifyCaller(sandbox.world, route, request);
  const { body, uploads } = await readBody(request);
  if (route.accepts) requireValid(route.accepts, body ?? {});
  const call: Call = {
    sandbox,
    caller,
    param(name) {
      const value = params.get(name);
      if (value === undefined) throw new Error(`Route ${route.path} has no segment ${name}`);
      return value;
    },
    query: url.searchParams,
    body: body ?? {},
    uploads,
    reason: readAuditReason(request),
  };
  const answer = await route.handle(call);
  requireValidAnswer(route, answer);
  return answer;
}

/** Runs a route; refusals become Discord's error bodies, defects of the sandbox a loud 500. */
export async function runRoute(
  sandbox: Sandbox,
  matched: MatchedRoute,
  request: IncomingMessage,
  url: URL,
): Promise<Answer> {
  try {
    return await handle(sandbox, matched, request, url);
  } catch (error) {
    if (error instanceof RestError) return { status: error.status, body: error.toBody() };
    const { method, path } = matched.route;
    const problem = error instanceof Error ? error.message : String(error);
    sandbox.world.hub.warn('defect', `${method} ${path} failed inside the sandbox: ${problem}`);
    return { status: 500, body: { message: 'Sandbox defect, see its event log', code: 0 } };
  }
}
