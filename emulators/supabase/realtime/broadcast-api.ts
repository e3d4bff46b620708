import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type postgres from 'postgres';
import { z } from 'zod';
import { log } from '../../process/log.ts';
import { type Caller, identifyCaller } from '../http/caller.ts';
import { isDatabaseDown } from '../is-database-down.ts';
import type { Settings } from '../settings.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { UserBroadcast } from './frame.ts';
import { checkWritePolicy } from './topic-policies.ts';
import type { TopicKey, TopicRegistry } from './topic-registry.ts';

const batchSchema = z.object({
  messages: z
    .array(
      z.object({
        topic: z.string().min(1),
        event: z.string().min(1),
        payload: z.record(z.string(), z.unknown()),
        private: z.boolean().default(false),
      }),
    )
    .max(1000),
});

const bodyBytesMax = 3_000_000;

interface BroadcastApi {
  settings: Settings;
  tokens: AccessTokens;
  sql: postgres.Sql;
  topics: TopicRegistry;
}

/** Broadcasts over HTTP. Private topics require an insert policy on realtime.messages, as over a socket. */
export function createBroadcastApi(api: BroadcastApi): Hono {
  const app = new Hono();
  app.use('/realtime/v1/*', cors({ origin: '*' }));
  app.post('/realtime/v1/api/broadcast', async (c) => {
    const caller = await identify(api, c.req.raw);
    if (caller instanceof Response) return caller;
    const batch = batchSchema.safeParse(parseJson(await c.req.text()));
    if (!batch.success) return c.json({ errors: z.flattenError(batch.error).fieldErrors }, 422);
    for (const { topic: name, event, payload, private: isPrivate } of batch.data.messages) {
      const message: UserBroadcast = { event, body: { encoding: 'json', json: JSON.stringify(payload) } };
      // As hosted: disallowed messages are dropped, and the response does not reveal it.
      await send(api, caller, { name, isPrivate }, message);
    }
    return c.body(null, 202);
  });
  app.post('/realtime/v1/api/broadcast/:topic/events/:event', async (c) => {
    const caller = await identify(api, c.req.raw);
    if (caller instanceof Response) return caller;
    const body = await readBody(c.req.raw);
    if (body === null) return c.json({ message: 'The payload is not valid JSON, or too large' }, 422);
    const topic = { name: c.req.param('topic'), isPrivate: c.req.query('private') === 'true' };
    const isSent = await send(api, caller, topic, { event: c.req.param('event'), body });
    return isSent ? c.body(null, 202) : c.json({ message: 'You are not allowed to send to this topic' }, 403);
  });
  app.onError((error, c) => {
    if (isDatabaseDown(error)) return c.json({ message: 'The database cannot be reached' }, 503);
    log('error', 'A broadcast failed.', { error });
    return c.json({ message: 'An unexpected error occurred' }, 500);
  });
  return app;
}

async function identify(api: BroadcastApi, request: Request): Promise<Caller | Response> {
  const result = await identifyCaller(request, api.settings, api.tokens, (error) =>
    Response.json({ message: error.message }, { status: 401 }),
  );
  return result.ok ? result.caller : result.response;
}

async function send(
  { sql, topics }: BroadcastApi,
  { claims }: Caller,
  topic: TopicKey,
  message: UserBroadcast,
): Promise<boolean> {
  const context = { topic: topic.name, claims, headers: {} };
  if (topic.isPrivate && !(await checkWritePolicy(sql, context, 'broadcast'))) return false;
  topics.broadcast(topic, message);
  return true;
}

async function readBody(request: Request): Promise<UserBroadcast['body'] | null> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > bodyBytesMax) return null;
  if (request.headers.get('content-type')?.startsWith('application/octet-stream')) {
    return { encoding: 'binary', bytes };
  }
  const json = new TextDecoder().decode(bytes);
  return parseJson(json) === undefined ? null : { encoding: 'json', json };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
