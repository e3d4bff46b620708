import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody } from '../http/read-body.ts';
import { InputProblem } from '../interactions/command-options.ts';
import { RestError } from '../rules/rest-error.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { type ControlRoute, UnknownThing } from './control-route.ts';
import { streamEvents } from './event-stream.ts';
import { interactRoutes } from './interact.ts';
import { peopleRoutes } from './people.ts';
import { settingsRoutes } from './settings.ts';
import { viewRoutes } from './view.ts';

const routes: readonly ControlRoute[] = [
  ...interactRoutes,
  ...peopleRoutes,
  ...settingsRoutes,
  ...viewRoutes,
];

const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:([a-z_]+)/g, '(?<$1>[^/]+)')}$`),
}));

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function statusOf(error: unknown): number {
  if (error instanceof z.ZodError || error instanceof InputProblem) return 400;
  if (error instanceof RestError) return error.status;
  return error instanceof UnknownThing ? 404 : 500;
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

/** Serves `/_sandbox/*`: the actions of the page, and what tests need. Errors are `{message}`. */
export async function serveControl(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (url.pathname === '/_sandbox/events') {
    streamEvents(sandbox, request, response);
    return;
  }
  for (const { route, pattern } of compiled) {
    const match = route.method === request.method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    try {
      const { body } = await readBody(request);
      const params = match.groups ?? {};
      sendJson(response, 200, await route.handle({ sandbox, params, query: url.searchParams, body }));
    } catch (error) {
      const status = statusOf(error);
      if (status === 500)
        sandbox.world.hub.warn('defect', `${request.method} ${url.pathname}: ${explain(error)}`);
      sendJson(response, status, { message: explain(error) });
    }
    return;
  }
  sendJson(response, 404, { message: `No control operation ${request.method} ${url.pathname}` });
}
