import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createEngine } from '#emulators/inngest/engine.ts';
import { getOwnerUrl, getSuperuserUrl } from '#emulators/postgres/cluster.ts';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { controlStack } from '../tests/test-stack-control.ts';
import { findBusyPorts, findFreeOffset, getPorts } from './ports/ports.ts';

const stack = inject('stack');
const waiting = { timeout: 200_000, interval: 100 };

async function getStatus(url: string): Promise<number> {
  const response = await fetch(url, { headers: { apikey: stack.secrets.publishable_key } });
  await response.arrayBuffer();
  return response.status;
}

const boardsUrl = `${stack.environment.SUPABASE_URL}/functions/v1/api/v1/boards`;
const workerUrl = `http://127.0.0.1:${stack.ports.worker}/api/inngest`;
const parts = [
  ['postgres', boardsUrl],
  ['supabase', boardsUrl],
  ['edge-functions', boardsUrl],
  ['background-worker', boardsUrl],
  ['inngest', workerUrl],
  ['worker', workerUrl],
  ['discord', `http://127.0.0.1:${stack.ports.discord}/`],
  ['gateway', boardsUrl],
  ['web', `${stack.environment.PUBLIC_WEB_URL}/`],
] as const;

describe('a killed process', () => {
  it.each(parts)('%s restarts, and the stack answers', async (name, url) => {
    await controlStack(stack.controlUrl, 'kill', name);
    await controlStack(stack.controlUrl, 'waitUntilReady', name);
    await vi.waitFor(async () => expect(await getStatus(url)).toBe(200), waiting);
  });
});

/** Simulates a server that the user runs on this machine: a separate engine with a separate database. */
async function startForeignEngine(port: number) {
  const superuser = postgres(stack.superuserUrl, { max: 1, onnotice: () => {} });
  await superuser`create database foreign_engine`;
  await superuser.end();
  const databaseUrl = getSuperuserUrl(
    stack.ports.postgres,
    stack.secrets.postgres_superuser_password,
    'foreign_engine',
  );
  const engine = createEngine({ databaseUrl, port });
  return { ...engine, ...(await engine.start()) };
}

describe('npm start', () => {
  let directory: string;
  beforeAll(() => {
    directory = makeTemporaryDirectory('dealscale-start-');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Processes that belong to the stack in `directory`, or descend from one. */
  function listProcesses(): string[] {
    return globSync('/proc/[0-9]*/{environ,cmdline}').filter((file) => {
      try {
        return readFileSync(file, 'utf8').includes(directory);
      } catch {
        return false;
      }
    });
  }

  function start(offset: number, folder: string, environment: Record<string, string> = {}) {
    const place = ['--port-offset', String(offset), '--data-dir', path.join(directory, folder)];
    const args = [path.join(import.meta.dirname, '../start.ts'), ...place, '--no-traffic', '--seed', 'none'];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    let printed = '';
    const isReady = new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        printed += `${line}\n`;
        if (line.startsWith('Ready after')) resolve(printed);
      });
      child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
    });
    isReady.catch(() => {});
    return { child, isReady };
  }

  async function expectNothingLeft(offset: number): Promise<void> {
    await vi.waitFor(() => expect(listProcesses()).toEqual([]), waiting);
    expect(await findBusyPorts(getPorts(offset))).toEqual([]);
  }

  it('killed with SIGKILL leaves no process and no busy port', async () => {
    const offset = await findFreeOffset();
    const { child, isReady } = start(offset, 'stack');
    await isReady;
    expect(listProcesses().length).toBeGreaterThan(5);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectNothingLeft(offset);
  });

  it('uses a running Inngest server, even on the default port, and ends with Ctrl-C', async () => {
    const offset = await findFreeOffset();
    const ports = getPorts(offset);
    const engine = await startForeignEngine(ports.inngest);
    try {
      const { child, isReady } = start(offset, 'stack', { INNGEST_DEV: engine.url });
      expect(await isReady).toMatch(new RegExp(`Inngest +${engine.url}\n`));
      const owner = postgres(getOwnerUrl(ports.postgres), { max: 1, onnotice: () => {} });
      await owner`select platform.emit_event('credits/request.created', '{"request_id": "nobody"}')`;
      await owner.end();
      await vi.waitFor(async () => {
        const runs = await engine.runs.list();
        expect(runs.map((run) => run.status)).not.toEqual([]);
      }, waiting);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      await engine.stop();
    }
    await expectNothingLeft(offset);
  });

  it('interrupted during start leaves nothing either', async () => {
    const offset = await findFreeOffset();
    const { child } = start(offset, 'early');
    await vi.waitFor(async () => {
      const busy = await findBusyPorts(getPorts(offset));
      expect(busy.map((part) => part.name)).toContain('postgres');
    }, waiting);
    child.kill('SIGTERM');
    await once(child, 'exit');
    await vi.waitFor(() => expect(listProcesses()).toEqual([]), waiting);
  });
});
