// The processes of a stack and their commands.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { denoPath } from '#emulators/process/deno-path.ts';
import type { Part } from '../supervisor/part.ts';
import {
  type Environment,
  makeLocalEnvironment,
  makeProductEnvironment,
  repositoryDirectory,
  type StackPlace,
} from './environment.ts';
import { makeProcessEnvironment } from './process-environments.ts';

/**
 * Creates the processes of a stack by name. With `isWatching`, a process restarts when its source changes.
 */
export function createPartMaker(place: StackPlace, isWatching: boolean) {
  const system = getSystemEnvironment();
  const local = { ...system, ...makeProductEnvironment(place), ...makeLocalEnvironment(place) };
  const watch = isWatching ? ['--watch'] : [];

  const makeNodePart = (name: string, entry: string, environment: Environment): Part => ({
    name,
    command: [process.execPath, ...watch, entry],
    environment,
    directory: repositoryDirectory,
    isWarning,
  });

  return {
    postgres: (): Part => ({
      ...makeNodePart('postgres', 'emulators/postgres/main.ts', local),
      command: [process.execPath, 'emulators/postgres/main.ts'],
      isWarning: isPostgresWarning,
    }),
    backgroundWorker: () =>
      makeNodePart('background-worker', 'emulators/postgres/background-worker.ts', local),
    supabase: () => makeNodePart('supabase', 'emulators/supabase/main.ts', local),
    inngest: () => makeNodePart('inngest', 'emulators/inngest/main.ts', local),
    discord: () => makeNodePart('discord', 'emulators/discord/main.ts', local),
    traffic: () => makeNodePart('traffic', 'dev/seed/traffic.ts', local),
    gateway: () =>
      makeNodePart('gateway', 'bot/gateway.ts', { ...system, ...makeProcessEnvironment('gateway', place) }),
    worker: () =>
      makeNodePart('worker', 'functions/serve.ts', { ...system, ...makeProcessEnvironment('worker', place) }),
    edgeFunctions: (): Part => ({
      name: 'edge-functions',
      command: [
        denoPath('current'),
        'run',
        // The permissions of hosted functions: no file writes, no subprocesses.
        '--allow-net',
        '--allow-env',
        '--allow-read',
        '--no-prompt',
        '--node-modules-dir=manual',
        '--no-lock',
        ...watch,
        'emulators/supabase/edge-functions.ts',
      ],
      environment: {
        ...system,
        ...makeProcessEnvironment('edgeFunctions', place),
        LOCAL_FUNCTIONS_DIRECTORY: pathToFileURL(path.join(repositoryDirectory, 'supabase/functions/')).href,
        LOCAL_FUNCTIONS_PORT: String(place.ports.edgeFunctions),
        DENO_NO_UPDATE_CHECK: '1',
        NO_COLOR: '1',
      },
      directory: repositoryDirectory,
      isWarning,
    }),
    web: (buildDirectory: string): Part => {
      const { ports } = place;
      const environment = { ...system, ...makeProcessEnvironment('web', place) };
      if (!isWatching) {
        return { ...makeNodePart('web', path.join(buildDirectory, 'index.js'), environment) };
      }
      const vite = ['node_modules/vite/bin/vite.js', 'dev', '--config', 'web/vite.config.ts'];
      const address = ['--host', '127.0.0.1', '--port', String(ports.web), '--strictPort'];
      return {
        ...makeNodePart('web', '', environment),
        command: [process.execPath, ...vite, ...address],
      };
    },
  };
}

/** What a process needs from the machine; none of the caller's other settings reach the stack. */
export function getSystemEnvironment(): Environment {
  const names = ['PATH', 'HOME', 'USER', 'TMPDIR', 'LANG', 'LC_ALL', 'DENO_DIR', 'SSL_CERT_FILE'];
  const entries = names.map((name): [string, string | undefined] => [name, process.env[name]]);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function isWarning(line: string): boolean {
  if (line.startsWith('{')) return /"level":\s*"(warn|error|fatal)"/i.test(line);
  return /^\s*(\[\w+\]\s*)?(\w*error|warn(ing)?|fatal)\b/i.test(line);
}

/** Rejected statements concern their callers; unexpected server or connection failures concern everyone. */
function isPostgresWarning(line: string): boolean {
  return (
    /\bPANIC:/.test(line) ||
    (/\bFATAL:/.test(line) && !/starting up|shutting down|recovery|administrator/.test(line))
  );
}
