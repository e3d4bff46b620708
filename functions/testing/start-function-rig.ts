import { createServer, type RequestListener } from 'node:http';
import { createClient } from '@supabase/supabase-js';
import { serve } from 'inngest/node';
import { vi } from 'vitest';
import { type BotContext, createBotContext } from '#bot/bot-context.ts';
import { channelIds, discordCommunity, guildId, roleIds } from '#dev/seed/discord-community.ts';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import {
  botToken,
  startTestSandbox,
  type TestSandbox,
} from '#emulators/discord/testing/start-test-sandbox.ts';
import { createEngine, type Engine } from '#emulators/inngest/engine.ts';
import { listenAsApp } from '#emulators/inngest/testing/serve-app.ts';
import {
  publishableKey,
  secretKey,
  type TestSupabase,
} from '#emulators/supabase/testing/start-test-supabase.ts';
import { inngest } from '#inngest';
import type { StoreClient } from '#store/store-client.ts';
import { createHalfPastClock } from './create-half-past-clock.ts';
import { relayTo } from './relay-to.ts';

type Functions = Parameters<typeof serve>[0]['functions'];

/** A real database, engine and sandbox, with the durable functions under test between them. */
export interface FunctionRig {
  supabase: TestSupabase;
  store: StoreClient;
  sandbox: TestSandbox;
  engine: Engine;
  /** What the functions work with. */
  context: BotContext;
  /**
   * Sends waiting outbox events to the engine, as the relay does, and waits until everything is processed.
   */
  relay(): Promise<void>;
  /** Drops the worker's next answers to the engine after the work was done, as if its process had died. */
  loseAnswers(count: number): void;
  stop(): Promise<void>;
}

/** How long the engine waits before it retries. */
export const retryMs = 60_000;

/** The tier roles of the sandbox server. */
const tierRoles = (({ champion, silver, bronze, top_10, elite }) => ({
  champion,
  silver,
  bronze,
  top_10,
  elite,
}))(roleIds);

function loseSomeAnswers(handle: RequestListener, takeLoss: () => boolean): RequestListener {
  return (request, response) => {
    // Counts function calls only; registration uses PUT.
    if (request.method === 'POST' && takeLoss()) {
      const end = (): typeof response => {
        response.destroy();
        return response;
      };
      response.end = end;
      response.write = () => true;
    }
    handle(request, response);
  };
}

/** Starts everything for one test, with the approvals channel and tier roles of the sandbox server set up. */
export async function startFunctionRig(
  createFunctions: (context: BotContext) => Functions,
): Promise<FunctionRig> {
  vi.spyOn(console, 'error').mockImplementation(() => {}); // the SDK reports each failed attempt
  const [supabase, sandbox] = await Promise.all([
    startMigratedSupabase(),
    startTestSandbox({ community: discordCommunity }),
  ]);
  const engine = createEngine({
    ...{ databaseUrl: supabase.database.superuserUrl, clock: createHalfPastClock(), backoffMs: retryMs },
    log: () => {},
  });
  const { url } = await engine.start();
  vi.stubEnv('INNGEST_DEV', url);
  vi.stubEnv('INNGEST_BASE_URL', url);
  const context = createBotContext({
    SUPABASE_URL: supabase.url,
    SUPABASE_SECRET_KEY: secretKey,
    PUBLIC_SUPABASE_PUBLISHABLE_KEY: publishableKey,
    PUBLIC_WEB_URL: 'http://web.test',
    DISCORD_API_URL: `${sandbox.url()}/api`,
    DISCORD_APPLICATION_ID: sandbox.world().application().id,
    DISCORD_BOT_TOKEN: botToken,
    DISCORD_INTERACTIONS: 'http',
  });
  const functions = createFunctions(context);
  let lossCount = 0;
  const takeLoss = (): boolean => {
    lossCount -= 1;
    return lossCount >= 0;
  };
  const app = await listenAsApp(
    createServer(loseSomeAnswers(serve({ client: inngest, functions }), takeLoss)),
  );
  await engine.sync(app.url);
  const store = createClient(supabase.url, secretKey, { auth: { persistSession: false } });
  const { sql } = supabase.database;
  await sql`
    select public.upsert_guild(${guildId}, 'DealScale', ${channelIds.approvals}, null, ${sql.json(tierRoles)})`;
  return {
    ...{ supabase, store, sandbox, engine, context },
    async relay() {
      await relayTo(engine, store);
      await engine.settle();
    },
    loseAnswers(count) {
      lossCount = count;
    },
    async stop() {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      await engine.stop();
      await Promise.all([app.close(), sandbox.close(), supabase.stop()]);
    },
  };
}
