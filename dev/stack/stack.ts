// The whole stack as a library, used by `npm start` and the tests.
import path from 'node:path';
import { getSuperuserUrl } from '#emulators/postgres/cluster.ts';
import { runSteps } from '../supervisor/run-steps.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { watchRoom } from '../watch/watch-room.ts';
import { prepareDataDirectory } from './data/prepare-data-directory.ts';
import { type Environment, getPostgresDirectory, makeProductEnvironment } from './environment.ts';
import { findBusyPorts, findNextFreeOffset, getPorts, type Ports } from './ports/ports.ts';
import { createRedaction } from './secrets/redact-secrets.ts';
import { loadSecrets, type Secrets } from './secrets/secrets.ts';
import type { StackOptions } from './stack-options.ts';
import { listStackSteps } from './stack-steps.ts';

/** A running stack. Processes are named as in `<data directory>/logs`. */
export interface Stack {
  ports: Ports;
  secrets: Secrets;
  /** The product's variables: addresses and keys. */
  environment: Environment;
  superuserUrl: string;
  /** Kills a process with SIGKILL; it restarts by itself. */
  kill: (name: string) => Promise<void>;
  /** Stops a process and keeps it off. */
  suspend: (name: string) => Promise<void>;
  /** Starts a suspended process and waits until it is ready. */
  resume: (name: string) => Promise<void>;
  waitUntilReady: (name: string) => Promise<void>;
  /** The process id of each running process. */
  listProcesses: () => Record<string, number>;
  /** Ends every process and releases the data directory. */
  stop: () => Promise<void>;
}

/**
 * Starts a stack and resolves when every process is ready. Throws one sentence, with nothing left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const print = options.print ?? (() => {});
  const { portOffset, dataDirectory } = options;
  const ports = getPorts(portOffset);
  const lock = prepareDataDirectory(dataDirectory, options.isFresh ?? false);
  let secrets: Secrets;
  try {
    await assertPortsFree(portOffset, options.externalEngine ? ['inngest'] : []);
    secrets = loadSecrets(dataDirectory);
  } catch (error) {
    lock.release();
    throw error;
  }
  const postgresDirectory = getPostgresDirectory(dataDirectory);
  if (!postgresDirectory.startsWith(dataDirectory)) {
    print(`Postgres keeps its files in ${postgresDirectory}: its account cannot reach ${dataDirectory}.`);
  }
  const logDirectory = path.join(dataDirectory, 'logs');
  const supervisor = new Supervisor({ logDirectory, print, redact: createRedaction(secrets) });
  const ending = new AbortController();
  for (const directory of new Set([dataDirectory, path.dirname(postgresDirectory)])) {
    void watchRoom({ directory, print, signal: ending.signal });
  }
  const stop = async (): Promise<void> => {
    ending.abort();
    await supervisor.stop('postgres');
    lock.release();
  };
  try {
    const place = {
      ports,
      portOffset,
      dataDirectory,
      secrets,
      externalEngine: options.externalEngine ?? null,
      authRateFactor: options.authRateFactor,
    };
    const steps = listStackSteps({ ...options, place, supervisor, print, signal: ending.signal });
    await Promise.race([runSteps(steps), rejectOnAbort(options.signal)]);
    return {
      ports,
      secrets,
      environment: makeProductEnvironment(place),
      superuserUrl: getSuperuserUrl(ports.postgres, secrets.postgres_superuser_password),
      kill: (name) => supervisor.get(name).kill(),
      suspend: (name) => supervisor.get(name).suspend(),
      resume: (name) => supervisor.get(name).start(),
      waitUntilReady: (name) => supervisor.get(name).waitUntilReady(),
      listProcesses: () => supervisor.listProcesses(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every port except those in `elsewhere`: processes that this stack does without. */
async function assertPortsFree(offset: number, elsewhere: readonly string[]): Promise<void> {
  const busy = (await findBusyPorts(getPorts(offset))).filter(({ name }) => !elsewhere.includes(name));
  if (busy.length === 0) return;
  const what = busy
    .map(({ name, port, holder }) => `${port} (${name})${holder ? `: ${holder}` : ''}`)
    .join(', ');
  const next = await findNextFreeOffset(offset);
  const advice = next === null ? '' : `, or move every port with --port-offset ${next}`;
  throw new Error(`Another program listens on port ${what}. Stop it${advice}.`);
}

async function rejectOnAbort(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error('The start was interrupted.'));
    if (signal?.aborted) fail();
    signal?.addEventListener('abort', fail, { once: true });
  });
}
