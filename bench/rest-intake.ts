import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { StackPlace } from '#dev/stack/environment.ts';
import { getPorts } from '#dev/stack/ports/ports.ts';
import { loadSecrets } from '#dev/stack/secrets/secrets.ts';
import { createPartMaker } from '#dev/stack/stack-parts.ts';
import { Supervisor } from '#dev/supervisor/supervisor.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import type { FilledBoard } from './fill-board.ts';
import { makeBatch } from './make-batch.ts';
import { measure } from './measure.ts';
import type { Row } from './report.ts';
import type { Stage } from './stage.ts';

const batchSize = 500;

/**
 * Sequential batches through the REST API: the local Supabase and its edge functions on the stage's database.
 */
export async function benchRestIntake(stage: Stage, board: FilledBoard): Promise<Row[]> {
  const directory = makeTemporaryDirectory('dealscale-bench-rest-');
  const place: StackPlace = {
    ports: {
      ...getPorts(0),
      postgres: stage.port,
      supabase: await findFreePort(),
      edgeFunctions: await findFreePort(),
    },
    portOffset: 0,
    dataDirectory: directory,
    secrets: loadSecrets(directory),
  };
  const key = place.secrets.api_key;
  await stage.sql`
    select public.create_api_key('bench', array['score-events:write'],
      ${createHash('sha256').update(key).digest('hex')}, ${key.slice(0, 12)})`;
  const parts = createPartMaker(place, false);
  const supervisor = new Supervisor({ logDirectory: directory, print: console.error });
  try {
    await Promise.all([supervisor.start(parts.supabase()), supervisor.start(parts.edgeFunctions())]);
    const url = `http://127.0.0.1:${place.ports.supabase}/functions/v1/api/v1/score-events`;
    const timing = await measure(40, () => postBatch(url, key, board.playerIds));
    return [
      {
        name: `intake through REST, batches of ${batchSize}`,
        value: (batchSize / timing.median_us) * 1_000_000,
        unit: 'events/s',
        atLeast: 3_000,
      },
    ];
  } finally {
    await supervisor.stop('supabase');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function postBatch(url: string, key: string, playerIds: readonly string[]): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ events: makeBatch(playerIds, batchSize) }),
  });
  const text = await response.text();
  if (!response.ok || !text.includes(`"accepted":${batchSize}`)) {
    throw new Error(`The API answered ${response.status}: ${text.slice(0, 500)}`);
  }
}
