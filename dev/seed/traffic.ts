// Keeps the competition moving: posts score events to the REST API like the DealScale backend.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { onEndRequested } from '#emulators/process/end-of-process.ts';
import { logFaults } from '#emulators/process/log-faults.ts';
import { createRandom } from './random.ts';

const environment = z.object({ SUPABASE_URL: z.url(), LOCAL_API_KEY: z.string().min(1) }).parse(process.env);
const apiUrl = `${environment.SUPABASE_URL}/functions/v1/api/v1`;

const standingsPage = z.object({
  standings: z.array(z.object({ player_id: z.uuid(), is_anonymous: z.boolean() })),
  next_cursor: z.string().nullable(),
});
const deeds = [
  { metric: 'task_completed', unitsMax: 4, share: 45 },
  { metric: 'call_booked', unitsMax: 2, share: 30 },
  { metric: 'lead_converted', unitsMax: 1, share: 17 },
  { metric: 'deal_closed', unitsMax: 1, share: 8 },
] as const;
const lots = deeds.flatMap((deed) => Array.from({ length: deed.share }, () => deed));

const pauseMs = { least: 400, most: 3500 };
const burstSizeMax = 6;
const hotPlayerCount = 10;
const hotShare = 0.55;
/** After this many bursts, other players have a streak. */
const hotBurstCount = 90;
const requestTimeoutMs = 10_000;
const backOffMs = { first: 1000, most: 30_000 };

const random = createRandom(Date.now());
const ending = new AbortController();
logFaults();
onEndRequested(() => ending.abort());

async function request(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${apiUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${environment.LOCAL_API_KEY}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(requestTimeoutMs)]),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const isHopeless = response.status >= 400 && response.status < 500 && response.status !== 429;
  throw Object.assign(new Error(`${response.status} ${text.slice(0, 300)}`), { isHopeless });
}

/** Retries with increasing delays; the same events keep their ids, so nothing counts twice. */
async function persist<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
  let waitMs = backOffMs.first;
  while (!ending.signal.aborted) {
    try {
      const answer = await work();
      if (waitMs > backOffMs.first) console.log('The API answers again.');
      return answer;
    } catch (error) {
      if (ending.signal.aborted) return null;
      if (error instanceof Error && 'isHopeless' in error && error.isHopeless) {
        console.error(`warning: the API refused a request: ${error.message}`);
        return null;
      }
      if (waitMs === backOffMs.first) console.log(`The API does not answer; retrying. ${String(error)}`);
      await pause(waitMs);
      waitMs = Math.min(waitMs * 2, backOffMs.most);
    }
  }
  return null;
}

async function pause(milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { signal: ending.signal }).catch(() => {});
}

async function listPlayerIds(): Promise<string[]> {
  const playerIds: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null && !ending.signal.aborted) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = standingsPage.parse(await request(`/boards/all-time/standings?limit=100${query}`));
    for (const standing of page.standings) if (!standing.is_anonymous) playerIds.push(standing.player_id);
    cursor = page.next_cursor;
  }
  return playerIds;
}

function makeEvent(playerIds: readonly string[], hotIds: readonly string[]) {
  const deed = random.pick(lots);
  return {
    external_id: `live-${randomUUID()}`,
    player_id: random.pick(random.isLikely(hotShare) ? hotIds : playerIds),
    metric: deed.metric,
    units: random.between(1, deed.unitsMax),
    occurred_at: new Date().toISOString(),
  };
}

console.log('ready');
while (!ending.signal.aborted) {
  const playerIds = (await persist(listPlayerIds)) ?? [];
  if (playerIds.length === 0) {
    await pause(backOffMs.most);
    continue;
  }
  // Streaks happen where they are visible: among the top fifty.
  const hotIds = Array.from({ length: hotPlayerCount }, () => random.pick(playerIds.slice(0, 50)));
  for (let burst = 0; burst < hotBurstCount && !ending.signal.aborted; burst += 1) {
    const events = Array.from({ length: random.between(1, burstSizeMax) }, () =>
      makeEvent(playerIds, hotIds),
    );
    await persist(() => request('/score-events', { source: 'dealscale', events }));
    await pause(random.between(pauseMs.least, pauseMs.most));
  }
}
process.exit(0);
