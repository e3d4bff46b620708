import { serve } from 'inngest/sveltekit';
import { inngest } from '#inngest';
import { PUBLIC_WEB_URL } from '$app/env/public';
import { functions } from '../../../../../functions/index.ts';
import type { RequestHandler } from './$types.js';

const handle = serve({ client: inngest, functions, serveOrigin: PUBLIC_WEB_URL });

/** Where Inngest calls the durable functions. It signs what it sends; there is no session here. */
export const GET: RequestHandler = (event) => handle.GET(event);
export const POST: RequestHandler = (event) => handle.POST(event);
export const PUT: RequestHandler = (event) => handle.PUT(event);
