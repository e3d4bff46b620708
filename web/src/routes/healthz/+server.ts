import type { RequestHandler } from './$types.js';

/** Answers as soon as the site can render; what it depends on is watched where it runs. */
export const GET: RequestHandler = () =>
  Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
