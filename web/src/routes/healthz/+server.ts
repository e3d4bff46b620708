import type { RequestHandler } from './$types.js';

/** Answers once the site can render; its dependencies are monitored separately. */
export const GET: RequestHandler = () =>
  Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
