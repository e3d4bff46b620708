import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { findBusyPorts, findFreeOffset, getPorts } from './ports.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { controlStack } from './test-stack-control.ts';

const stack = inject('stack');
const waiting = { timeout: 60_000, interval: 100 };

async function getStatus(url: string): Promise<number> {
  const response = await fetch(url, { headers: { apikey: stack.secrets.publishable_key } });
  await response.arrayBuffer();
  return response.status;
}

const boardsUrl = `${stack.environment.SUPABASE_URL}/functions/v1/api/v1/boards`;
const parts = [
  ['postgres', boardsUrl],
  ['supabase', boardsUrl],
  ['edge-functions', boardsUrl],
  ['background-worker', boardsUrl],
  ['inngest', `${stack.environment.PUBLIC_WEB_URL}/api/inngest`],
  ['discord', `http://127.0.0.1:${stack.ports.discord}/`],
  ['gateway', boardsUrl],
  ['web', `${stack.environment.PUBLIC_WEB_URL}/`],
] as const;

describe('a part that is killed', () => {
  it.each(parts)('%s comes back, and the stack answers', async (name, url) => {
    await controlStack(stack.controlUrl, 'kill', name);
    await controlStack(stack.controlUrl, 'waitUntilReady', name);
    await vi.waitFor(async () => expect(await getStatus(url)).toBe(200), waiting);
  });
});

describe('npm start', () => {
  let directory: string;
  beforeAll(() => {
    directory = makeTemporaryDirectory('dealscale-start-');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Processes that were told to belong to the stack below `directory`, or descend from one. */
  function listProcesses(): string[] {
    return globSync('/proc/[0-9]*/{environ,cmdline}').filter((file) => {
      try {
        return readFileSync(file, 'utf8').includes(directory);
      } catch {
        return false;
      }
    });
  }

  async function start(args: readonly string[]) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'start.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout);
    const isReady = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        if (line.startsWith('Ready after')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)));
    });
    return { child, isReady };
  }

  it.each([
    ['SIGINT', 0],
    ['SIGKILL', null],
  ] as const)('ended with %s leaves no process and no busy port', async (signal, expectedCode) => {
    const offset = await findFreeOffset();
    const dataDirectory = path.join(directory, 'stack');
    const args = [
      '--port-offset',
      String(offset),
      '--data-dir',
      dataDirectory,
      '--no-traffic',
      '--seed',
      'none',
    ];
    const { child, isReady } = await start(args);
    await isReady;
    expect(listProcesses().length).toBeGreaterThan(5);
    child.kill(signal);
    const [code] = await once(child, 'exit');
    expect(code).toBe(expectedCode);
    await vi.waitFor(() => expect(listProcesses()).toEqual([]), waiting);
    expect(await findBusyPorts(getPorts(offset))).toEqual([]);
  });

  it('interrupted while it starts leaves nothing either', async () => {
    const offset = await findFreeOffset();
    const args = ['--port-offset', String(offset), '--data-dir', path.join(directory, 'early')];
    const { child, isReady } = await start(args);
    isReady.catch(() => {});
    await vi.waitFor(async () => {
      const busy = await findBusyPorts(getPorts(offset));
      expect(busy.map((part) => part.name)).toContain('postgres');
    }, waiting);
    child.kill('SIGTERM');
    await once(child, 'exit');
    await vi.waitFor(() => expect(listProcesses()).toEqual([]), waiting);
  });
});
