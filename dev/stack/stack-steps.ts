// The order in which a stack starts.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getSuperuserUrl } from '#emulators/postgres/cluster.ts';
import { assertKnownLayout } from '../database/migrate.ts';
import { runCommand } from '../process/run-command.ts';
import { discordCommunity } from '../seed/discord-community.ts';
import type { Part } from '../supervisor/part.ts';
import type { Step } from '../supervisor/run-steps.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { watchMigrations } from '../watch/watch-migrations.ts';
import { ensureWebBuild } from '../web-build/web-build.ts';
import {
  type Environment,
  getCommunityFile,
  getWorkerOrigin,
  makeLocalEnvironment,
  makeProductEnvironment,
  repositoryDirectory,
  type StackPlace,
} from './environment.ts';
import { registerFunctions } from './register-functions.ts';
import type { StackOptions } from './stack-options.ts';
import { createPartMaker, getSystemEnvironment } from './stack-parts.ts';

/** The steps that start a stack at `place`; `signal` aborts running ones when the stack is stopped. */
export function listStackSteps(
  options: Pick<StackOptions, 'seed' | 'hasTraffic' | 'isWatching'> & {
    place: StackPlace;
    supervisor: Supervisor;
    print: (line: string) => void;
    signal: AbortSignal;
  },
): Step[] {
  const { place, supervisor, print, signal } = options;
  const parts = createPartMaker(place, options.isWatching ?? false);
  const product = makeProductEnvironment(place);
  const environment = { ...product, ...makeLocalEnvironment(place) };
  let webBuild = '';

  const start = (name: string, needs: string[], makePart: () => Part): Step => ({
    name,
    needs,
    run: async () => {
      await supervisor.start(makePart());
    },
  });
  const work = (name: string, needs: string[], run: () => Promise<void>): Step => ({ name, needs, run });

  const prepareDatabase = (): Promise<void> =>
    runScript(
      ['dev/stack/data/prepare-stack.ts', 'database'],
      environment,
      'The database is not ready.',
      signal,
    );

  const seedOnce = async (): Promise<void> => {
    const marker = path.join(place.dataDirectory, 'seeded');
    if (options.seed === 'none' || existsSync(marker)) return;
    print('Seeding a competition…');
    await runScript(
      ['dev/stack/data/prepare-stack.ts', 'seed', options.seed],
      environment,
      'The seed failed.',
      signal,
    );
    writeFileSync(marker, `${options.seed}\n`);
  };

  return [
    start('postgres', [], parts.postgres),
    start('discord', [], () => {
      writeFileSync(getCommunityFile(place.dataDirectory), JSON.stringify(discordCommunity, null, 2));
      return parts.discord();
    }),
    start('edge-functions', [], parts.edgeFunctions),
    work('web build', [], async () => {
      if (!options.isWatching) webBuild = await ensureWebBuild(product, signal);
    }),
    work('database', ['postgres'], async () => {
      const { ports, secrets } = place;
      await assertKnownLayout(getSuperuserUrl(ports.postgres, secrets.postgres_superuser_password));
      await prepareDatabase();
    }),
    start('supabase', ['database'], parts.supabase),
    work('seed', ['supabase'], seedOnce),
    ...(place.externalEngine ? [] : [start('inngest', ['database'], parts.inngest)]),
    start('web', ['web build', 'supabase'], () => parts.web(webBuild)),
    start('worker', ['supabase', ...(place.externalEngine ? [] : ['inngest'])], parts.worker),
    work('functions', ['worker'], () => registerFunctions(getWorkerOrigin(place.ports), signal)),
    work('commands', ['discord', 'supabase'], () =>
      runScript(['ops/register-commands.ts'], product, 'The commands were not registered.', signal),
    ),
    work('migration watch', ['database'], async () => {
      if (!options.isWatching) return;
      watchMigrations(
        signal,
        async () => {
          await prepareDatabase();
          print('The migrations were applied.');
        },
        print,
      );
    }),
    // After the seed, whose events are history and must not notify anyone. After registration, because an
    // event that reached Inngest earlier would start nothing.
    start('background-worker', ['seed', 'functions'], parts.backgroundWorker),
    start('gateway', ['commands'], parts.gateway),
    ...(options.hasTraffic ? [start('traffic', ['seed', 'edge-functions'], parts.traffic)] : []),
  ];
}

async function runScript(
  command: readonly string[],
  environment: Environment,
  failure: string,
  signal: AbortSignal,
): Promise<void> {
  await runCommand({
    command: [process.execPath, ...command],
    directory: repositoryDirectory,
    environment: { ...getSystemEnvironment(), ...environment },
    failure,
    signal,
  });
}
