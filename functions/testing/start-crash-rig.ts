import type { IncomingMessage } from 'node:http';
import { createClient } from '@supabase/supabase-js';
import { channelIds, discordCommunity, guildId } from '#dev/seed/discord-community.ts';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { makeOpeningKey } from '#domain/identity/sealed-token.ts';
import {
  botToken,
  clientSecret,
  startTestSandbox,
  type TestSandbox,
} from '#emulators/discord/testing/start-test-sandbox.ts';
import { createEngine, type Engine } from '#emulators/inngest/engine.ts';
import { findFreePort } from '#emulators/process/free-port.ts';
import {
  publishableKey,
  secretKey,
  type TestSupabase,
} from '#emulators/supabase/testing/start-test-supabase.ts';
import type { StoreClient } from '#store/store-client.ts';
import { createHalfPastClock } from './create-half-past-clock.ts';
import { relayTo } from './relay-to.ts';
import { type SpawnedWorker, spawnWorker } from './spawn-worker.ts';
import { startTap } from './tap.ts';

/** How long the engine waits before it retries. */
const retryMs = 60_000;

/** The real worker process between a real database, engine and sandbox, and a hand on its plug. */
export interface CrashRig {
  supabase: TestSupabase;
  sandbox: TestSandbox;
  engine: Engine;
  /**
   * Does something that starts runs, and finishes them. The worker is killed at the given moment, counted from 0, and
   * replaced. Moments are: before a call reaches the worker, before its answer leaves it, and before and after each of
   * its own requests to the database and to Discord. Returns how many moments passed until the kill or the end.
   */
  play(start: () => Promise<unknown>, killAt: number | null): Promise<number>;
  stop(): Promise<void>;
}

/** The worker's reports about runs go beside the runs, at no certain moment. */
const isCounted = ({ method, url = '' }: IncomingMessage): boolean =>
  method !== 'PUT' && !url.endsWith('/rpc/record_workflow_reports');

export async function startCrashRig(): Promise<CrashRig> {
  const [supabase, sandbox] = await Promise.all([
    startMigratedSupabase(),
    startTestSandbox({ community: discordCommunity }),
  ]);
  const engine = createEngine({
    ...{ databaseUrl: supabase.database.superuserUrl, clock: createHalfPastClock(), backoffMs: retryMs },
    log: () => {},
  });
  const { url: engineUrl } = await engine.start();
  let worker: SpawnedWorker | null = null;
  let momentCount = 0;
  let killAt: number | null = null;

  async function isCut(request: IncomingMessage): Promise<boolean> {
    if (!isCounted(request) || !worker) return !worker;
    momentCount += 1;
    if (killAt === null || momentCount - 1 !== killAt) return false;
    const dying = worker;
    worker = null;
    await dying.kill();
    return true;
  }
  const port = await findFreePort();
  const workerTap = await startTap({ target: () => `http://127.0.0.1:${port}`, isCut });
  const databaseTap = await startTap({ target: () => supabase.url, isCut });
  const discordTap = await startTap({ target: () => sandbox.url(), isCut });
  const environment = {
    ...{ DEPLOYMENT: 'local', HOST: '127.0.0.1', PORT: String(port), DISCORD_INTERACTIONS: 'http' },
    ...{ SUPABASE_URL: databaseTap.url, SUPABASE_SECRET_KEY: secretKey },
    ...{ PUBLIC_SUPABASE_PUBLISHABLE_KEY: publishableKey, PUBLIC_WEB_URL: 'http://127.0.0.1:3000' },
    ...{ DISCORD_API_URL: `${discordTap.url}/api`, DISCORD_BOT_TOKEN: botToken },
    ...{ DISCORD_APPLICATION_ID: sandbox.world().application().id, DISCORD_CLIENT_SECRET: clientSecret },
    ...{ INNGEST_DEV: engineUrl, INNGEST_BASE_URL: engineUrl, INNGEST_SERVE_ORIGIN: workerTap.url },
    TOKEN_SEALING_PRIVATE_KEYS: JSON.stringify({ keys: [await makeOpeningKey()] }),
  };
  worker = await spawnWorker(environment);
  await engine.sync(`${workerTap.url}/api/inngest`);
  const store: StoreClient = createClient(supabase.url, secretKey, { auth: { persistSession: false } });
  await supabase.database.sql`
    select public.upsert_guild(${guildId}, 'DealScale', ${channelIds.approvals}, null, '{}')`;

  return {
    ...{ supabase, sandbox, engine },
    async play(start, moment) {
      await start();
      momentCount = 0;
      killAt = moment;
      await relayTo(engine, store);
      await engine.settle();
      killAt = null;
      const passed = momentCount;
      worker ??= await spawnWorker(environment);
      await engine.advance(8 * retryMs);
      return passed;
    },
    async stop() {
      await engine.stop();
      await worker?.kill();
      await Promise.all([workerTap.close(), databaseTap.close(), discordTap.close()]);
      await Promise.all([sandbox.close(), supabase.stop()]);
    },
  };
}
