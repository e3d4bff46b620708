import process from 'node:process';
import type { Client } from 'discord.js';
import { logFailure, logInfo } from '#domain/platform/log.ts';
import { surviveRejections } from '#domain/platform/survive-rejections.ts';
import { createBotContext } from './bot-context.ts';
import { gatewayEnvironment } from './environment.ts';
import { connectGateway } from './gateway/connect.ts';
import { retryForever } from './gateway/retry-forever.ts';
import { registerCommands } from './register-commands.ts';

/*
 * The gateway process: follows guilds, roles, channels and members, and answers interactions if
 * DISCORD_INTERACTIONS=gateway. It never gives up, however long Discord or the database is unavailable.
 */

const watchIntervalMs = 10_000;
const silentMsMax = 60_000;

/** Resolves when the connection has been down for a minute despite discord.js's attempts to resume it. */
function waitUntilLost(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let lastReadyAtMs = Date.now();
    const timer = setInterval(() => {
      if (client.ws.status === 0) lastReadyAtMs = Date.now();
      if (Date.now() - lastReadyAtMs > silentMsMax) stop();
    }, watchIntervalMs);
    const stop = () => {
      clearInterval(timer);
      resolve();
    };
    signal.addEventListener('abort', stop);
    client.once('invalidated', stop);
  });
}

async function main(): Promise<void> {
  const environment = gatewayEnvironment.read(process.env);
  const context = createBotContext(environment);
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
  surviveRejections(logFailure);

  while (!stopping.signal.aborted) {
    const connect = () => connectGateway(environment, context, stopping.signal);
    const client = await retryForever('connection to Discord', connect, stopping.signal);
    if (!client) break;
    console.log('ready');
    logInfo('gateway ready', { guild_count: client.guilds.cache.size });
    void retryForever('registration of commands', () => registerCommands(context), stopping.signal);
    await waitUntilLost(client, stopping.signal);
    await client.destroy();
  }
}

await main();
process.exit(0);
