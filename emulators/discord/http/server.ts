import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { findForeignCaller } from '../../process/foreign-caller.ts';
import { serveControl } from '../control/control-front.ts';
import { serveAuthorize } from '../oauth/authorize.ts';
import { serveToken } from '../oauth/token.ts';
import { routes } from '../rest/routes.ts';
import { RestError } from '../rules/rest-error.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { createRestFront } from './rest-front.ts';
import { serveStatic } from './static-files.ts';

/**
 * Headers of every response; pages and files add more: no content is executed, and no other page can frame
 * it.
 */
const safeHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // Not stricter, because our own forms must send their origin.
  'referrer-policy': 'same-origin',
};

function serveAttachment(sandbox: Sandbox, response: ServerResponse, path: string): void {
  const [, , messageId = '', attachmentId = ''] = path.split('/');
  const message = sandbox.world.messages.get(messageId);
  const attachment = message?.attachments.find((known) => known.id === attachmentId);
  if (!attachment) {
    response.writeHead(404).end();
    return;
  }
  const isImage = /^image\/(png|jpeg|gif|webp)$/.test(attachment.content_type);
  response.writeHead(200, { 'content-type': isImage ? attachment.content_type : 'application/octet-stream' });
  response.end(Buffer.from(attachment.content_base64, 'base64'));
}

/** Libraries encode `@original`; a path that cannot be decoded matches no route and is left as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The URL of a request: always on this server, even if it begins with two slashes. */
function parseAddress(target = '/'): URL | null {
  return URL.parse(target.startsWith('/') ? `http://sandbox${target}` : target, 'http://sandbox');
}

/** Combines all parts of the sandbox in one HTTP server. */
export function createSandboxServer(sandbox: Sandbox): Server {
  const serveRest = createRestFront(sandbox, routes);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const problem = findForeignCaller(request.headers);
    if (problem !== null) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(problem);
      return;
    }
    const url = parseAddress(request.url);
    if (!url) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('This is not an address');
      return;
    }
    const path = decodePath(url.pathname);
    const api = /^\/api(?:\/v(\d+))?(\/.*)$/.exec(path);
    const operation = api?.[2] ?? path;
    if (operation === '/oauth2/authorize') await serveAuthorize(sandbox.world, request, response, url);
    else if (api && operation === '/oauth2/token') await serveToken(sandbox.world, request, response, false);
    else if (api && operation === '/oauth2/token/revoke')
      await serveToken(sandbox.world, request, response, true);
    else if (api && api[1] !== undefined && api[1] !== '10') {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Invalid API version', code: 50041 }));
    } else if (api)
      await serveRest({ request, response, method: request.method ?? 'GET', path: operation, url });
    else if (path.startsWith('/_sandbox/')) await serveControl(sandbox, request, response, url);
    else if (path.startsWith('/attachments/')) serveAttachment(sandbox, response, path);
    else await serveStatic(response, path === '/' ? 'index.html' : path.replace(/^\/page\//, ''));
  }

  return createServer((request, response) => {
    response.setHeaders(new Map(Object.entries(safeHeaders)));
    serve(request, response).catch((error: unknown) => {
      sandbox.world.hub.warn('defect', `${request.method} ${request.url}: ${String(error)}`);
      if (!response.headersSent) response.writeHead(error instanceof RestError ? error.status : 500);
      response.end();
    });
  });
}
