import { Hono } from 'hono';
import { z } from 'zod';
import { type EventRecord, incomingEventSchema, invokedEventName } from '../protocol/event.ts';
import { isSameText } from '../protocol/signature.ts';
import { listRuns } from '../runs/list-runs.ts';
import { findEvents, storeEvent, storeEvents } from '../store/events.ts';
import { type ApiCore, refuse, replyWith } from './core.ts';
import { describeRun } from './describe-run.ts';

const maxEvents = 5_000;
const maxEventBytes = 512 * 1_024;

const clientEventSchema = incomingEventSchema
  .refine(
    ({ name }) => !name.toLowerCase().startsWith('inngest/'),
    'names that begin with inngest/ are reserved',
  )
  .refine(
    (event) => Buffer.byteLength(JSON.stringify(event)) <= maxEventBytes,
    `an event has at most ${maxEventBytes} bytes`,
  )
  .transform(({ data: { _inngest, ...data }, ...event }) => ({ ...event, data }));
const clientEventsSchema = z
  .union([z.array(clientEventSchema), clientEventSchema.transform((event) => [event])])
  .refine((events) => events.length <= maxEvents, `a request has at most ${maxEvents} events`);

const listSchema = z.object({
  limit: z.coerce.number().int().min(1).max(51).default(20),
  cursor: z.string().optional(),
  name: z.string().optional(),
  received_after: z.coerce.date().optional(),
  received_before: z.coerce.date().optional(),
});

function describeEvent({ internal_id, body, received_at }: EventRecord): unknown {
  const { id, name, data, ts, user = {}, v = null } = body;
  return { internal_id, id, name, data, user, ts, v, received_at, environment_id: 'local' };
}

/** Events: sending and listing them, and the runs they started. */
export function createEventRoutes(core: ApiCore): Hono {
  const routes = new Hono();

  routes.post('/e/:key', async (c) => {
    const key = c.req.param('key');
    if (core.eventKeys !== null && !core.eventKeys.some((accepted) => isSameText(key, accepted))) {
      return c.json({ ids: [], status: 401, error: 'The event key is not known.' }, 401);
    }
    const parsed = clientEventsSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json({ ids: [], status: 400, error: z.prettifyError(parsed.error) }, 400);
    const seed = c.req.header('x-inngest-event-id-seed');
    const ids = await core.commit((tx) => storeEvents(tx, parsed.data, seed));
    return c.json({ ids, status: 200 });
  });

  routes.post('/invoke/:slug', async (c) => {
    const schema = z.object({ data: z.record(z.string(), z.unknown()).nullish() });
    const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    const data = { ...parsed.data.data, _inngest: { fn_id: c.req.param('slug') } };
    const id = await core.commit((tx) => storeEvent(tx, { name: invokedEventName, data }));
    return c.json({ id, status: 200 });
  });

  routes.get('/v1/events', async (c) => {
    const parsed = listSchema.safeParse(c.req.query());
    if (!parsed.success) return refuse(c, 400, z.prettifyError(parsed.error));
    const { limit, cursor, name, received_after, received_before } = parsed.data;
    const rows = await core.database.transact(
      ({ sql }) => sql<EventRecord[]>`
        select internal_id, name, body, received_at from events
        where true
          ${name ? sql`and name = ${name}` : sql``}
          ${cursor ? sql`and internal_id < ${cursor}` : sql``}
          ${received_after ? sql`and received_at > ${received_after}` : sql``}
          ${received_before ? sql`and received_at < ${received_before}` : sql``}
        order by internal_id desc limit ${limit}`,
    );
    return replyWith(c, core, rows.map(describeEvent));
  });

  routes.get('/v1/events/:id', async (c) => {
    const [event] = await core.database.transact((tx) => findEvents(tx, [c.req.param('id')]));
    return event === undefined
      ? refuse(c, 404, 'There is no such event.')
      : replyWith(c, core, describeEvent(event));
  });

  routes.get('/v1/events/:id/runs', async (c) => {
    const filter = { event_id: c.req.param('id'), limit: 100 };
    const runs = await core.database.transact((tx) => listRuns(tx, filter));
    return replyWith(c, core, runs.map(describeRun));
  });

  return routes;
}
