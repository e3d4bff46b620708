import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const pageHeaders = {
  // Only our own scripts: message text can never become script.
  'content-security-policy':
    "default-src 'self'; img-src 'self' https: http: data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
};

/** Serves a file of the page, or of a folder of it, by its name; anything else is 404. */
export async function serveStatic(response: ServerResponse, name: string): Promise<void> {
  const type = contentTypes[extname(name)];
  if (type === undefined || !/^([a-z]+\/)?[a-z0-9-]+\.[a-z]+$/.test(name)) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found (sandbox, not Discord)');
    return;
  }
  try {
    const bytes = await readFile(new URL(`../page/${name}`, import.meta.url));
    response.writeHead(200, { ...pageHeaders, 'content-type': type }).end(bytes);
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found (sandbox, not Discord)');
  }
}
