import type { EventBody, EventRecord, IncomingEvent } from '../protocol/event.ts';
import { createSeededUlid, createUlid } from '../protocol/ulid.ts';
import { type Transaction, toJson } from './database.ts';

function completeEvent(event: IncomingEvent, internalId: string, nowMs: number): EventBody {
  return {
    id: event.id || internalId,
    name: event.name,
    data: event.data,
    ts: event.ts || nowMs,
    ...(event.user ? { user: event.user } : {}),
    ...(event.v ? { v: event.v } : {}),
  };
}

/**
 * Stores events and the jobs that route them, in order, and returns their internal ids. A known internal id
 * (the same request sent again) changes nothing.
 */
export async function storeEvents(
  tx: Transaction,
  events: readonly IncomingEvent[],
  seed?: string,
): Promise<string[]> {
  const ids = events.map((_, index) => createSeededUlid(seed, index + 1) ?? createUlid(tx.nowMs));
  const bodies = events.map((event, index) => toJson(completeEvent(event, ids[index] ?? '', tx.nowMs)));
  const names = events.map(({ name }) => name);
  const now = new Date(tx.nowMs);
  const stored = await tx.sql<{ internal_id: string }[]>`
    insert into events (internal_id, name, body, received_at)
    select id, name, body::json, ${now}
    from unnest(${ids}::text[], ${names}::text[], ${bodies}::text[]) as incoming (id, name, body)
    on conflict (internal_id) do nothing returning internal_id`;
  const storedIds = stored.map(({ internal_id }) => internal_id);
  await tx.sql`
    insert into jobs (key, kind, run_at, order_at, payload)
    select 'route:' || id, 'route', ${now}, ${now}, json_build_object('internalId', id)
    from unnest(${storedIds}::text[]) with ordinality as stored (id, place) order by place
    on conflict (key) do nothing`;
  return ids;
}

/** Stores one event and the job that routes it. */
export async function storeEvent(tx: Transaction, event: IncomingEvent): Promise<string> {
  const [id = ''] = await storeEvents(tx, [event]);
  return id;
}

/** Stores an internal event that is not routed, because its function is started directly. */
export async function storeUnroutedEvent(tx: Transaction, body: EventBody): Promise<EventRecord> {
  const internalId = createUlid(tx.nowMs);
  await tx.sql`
    insert into events (internal_id, name, body, received_at)
    values (${internalId}, ${body.name}, ${toJson(body)}::text::json, ${new Date(tx.nowMs)})`;
  return { internal_id: internalId, name: body.name, body, received_at: new Date(tx.nowMs) };
}

/** The stored events among the given ids, in the order of the ids. */
export async function findEvents({ sql }: Transaction, internalIds: string[]): Promise<EventRecord[]> {
  const rows = await sql<EventRecord[]>`
    select internal_id, name, body, received_at from events where internal_id = any(${internalIds})`;
  return internalIds.flatMap((id) => rows.filter((row) => row.internal_id === id));
}

/**
 * When the newest event was received, in engine time: a moved clock must not fall behind it at the next
 * start.
 */
export async function findLastReceiptMs({ sql }: Transaction): Promise<number | null> {
  const rows = await sql<{ received_at: Date | null }[]>`select max(received_at) as received_at from events`;
  return rows[0]?.received_at?.getTime() ?? null;
}
