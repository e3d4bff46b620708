import { z } from 'zod';
import { measure } from './measure.ts';
import type { Row } from './report.ts';

const environment = z.object({
  BENCH_API_URL: z.url().optional(),
  BENCH_API_KEY: z.string().optional(),
  BENCH_PLAYER_ID: z.uuid().optional(),
});

/**
 * Batches of 500 through the REST API of a running stack: BENCH_API_URL (…/functions/v1/api/v1), BENCH_API_KEY with the
 * right to send events, and BENCH_PLAYER_ID of any player. Without them the row says that it was not measured.
 */
export async function benchRestIntake(): Promise<Row[]> {
  const {
    BENCH_API_URL: url,
    BENCH_API_KEY: key,
    BENCH_PLAYER_ID: playerId,
  } = environment.parse(process.env);
  const row: Row = {
    name: 'intake through REST, batches of 500',
    value: null,
    unit: 'events/s',
    atLeast: 3_000,
  };
  if (!url || !key || !playerId)
    return [{ ...row, note: 'set BENCH_API_URL, BENCH_API_KEY and BENCH_PLAYER_ID' }];
  const run = crypto.randomUUID();
  const timing = await measure(20, async (batch) => {
    const events = Array.from({ length: 500 }, (_, index) => ({
      external_id: `${run}-${performance.now()}-${batch}-${index}`,
      player_id: playerId,
      metric: 'call_booked',
      units: 1,
      occurred_at: new Date().toISOString(),
    }));
    const response = await fetch(`${url}/score-events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ source: 'bench', events }),
    });
    if (!response.ok) throw new Error(`The API answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  });
  return [{ ...row, value: (500 / timing.median_us) * 1_000_000 }];
}
