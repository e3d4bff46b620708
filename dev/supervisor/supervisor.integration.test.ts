import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Part } from './part.ts';
import { identifyProcess } from './process-identity.ts';
import { Supervisor } from './supervisor.ts';

const waiting = { timeout: 50_000, interval: 20 };
let directory: string;
let printed: string[];
let supervisor: Supervisor;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'supervisor-'));
  printed = [];
  supervisor = new Supervisor({
    logDirectory: directory,
    print: (line) => printed.push(line),
    patience: { pauseMs: 5, pauseMaxMs: 20, graceMs: 500, startMs: 60_000 },
  });
});
afterEach(async () => {
  await supervisor.stop('none');
  rmSync(directory, { recursive: true, force: true });
});

function makePart(name: string, script: string): Part {
  return {
    name,
    command: [process.execPath, '-e', script],
    environment: { PATH: process.env.PATH ?? '', FLAG: path.join(directory, 'flag') },
    directory,
    isWarning: (line) => line.startsWith('warning'),
  };
}

const idle = 'setInterval(() => {}, 1000);';

describe('a process that crashes', () => {
  it('is reported and restarted', async () => {
    await supervisor.start(makePart('idler', `console.log('ready'); ${idle}`));
    const firstPid = supervisor.get('idler').pid;
    await supervisor.get('idler').kill();
    await supervisor.get('idler').waitUntilReady();
    expect(supervisor.get('idler').pid).not.toBe(firstPid);
    expect(printed).toEqual(['idler stopped: killed by SIGKILL. Restarting it.', 'idler runs again.']);
  });

  it('takes its children with it', async () => {
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', '${idle}']);
      console.log('child ' + child.pid); console.log('ready'); ${idle}`;
    await supervisor.start(makePart('parent', script));
    const childPid = await vi.waitFor(() => {
      const pid = /child (\d+)/.exec(readFileSync(path.join(directory, 'parent.log'), 'utf8'))?.[1];
      expect(pid).toBeDefined();
      return Number(pid);
    }, waiting);
    expect(identifyProcess(childPid)).not.toBeNull();
    const pid = supervisor.get('parent').pid;
    if (pid) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(identifyProcess(childPid)).toBeNull(), waiting);
  });

  it('before it was ready fails the start with its last output', async () => {
    const starting = supervisor.start(makePart('broken', `console.error('no disk'); process.exit(2)`));
    await expect(starting).rejects.toThrow('broken could not start: exit code 2, no disk');
  });
});

describe('stopping', () => {
  it('ends a process that ignores signals, and one that is just starting', async () => {
    await supervisor.start(
      makePart('deaf', `process.on('SIGTERM', () => {}); console.log('ready'); ${idle}`),
    );
    const starting = supervisor.start(makePart('slow', idle)).catch((error: unknown) => error);
    const pids = [supervisor.get('deaf').pid, supervisor.get('slow').pid];
    await supervisor.stop('none');
    expect(await starting).toBeInstanceOf(Error);
    for (const pid of pids) {
      expect(pid).toBeGreaterThan(0);
      expect(identifyProcess(pid ?? 0)).toBeNull();
    }
  });

  it('leaves a suspended process off until it is resumed', async () => {
    await supervisor.start(makePart('idler', `console.log('ready'); ${idle}`));
    await supervisor.get('idler').suspend();
    expect(supervisor.get('idler').pid).toBeUndefined();
    await supervisor.get('idler').start();
    expect(supervisor.get('idler').pid).toBeDefined();
  });

  it('leaves nothing behind when the supervisor itself is killed', async () => {
    const script = `
      import { Supervisor } from ${JSON.stringify(path.join(import.meta.dirname, 'supervisor.ts'))};
      const supervisor = new Supervisor({ logDirectory: ${JSON.stringify(directory)}, print() {} });
      await supervisor.start({
        name: 'orphan', command: [process.execPath, '-e', "console.log('ready'); ${idle}"],
        environment: {}, directory: '/', isWarning: () => false });
      console.log(supervisor.get('orphan').pid);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
    const pid = await new Promise<number>((resolve) => {
      createInterface(parent.stdout).once('line', (line) => resolve(Number(line)));
    });
    expect(identifyProcess(pid)).not.toBeNull();
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(identifyProcess(pid)).toBeNull(), waiting);
  });
});

it('shows warnings and logs everything', async () => {
  await supervisor.start(makePart('talker', `console.log('hello\\nwarning: hot\\nready'); ${idle}`));
  expect(printed).toEqual(['talker: warning: hot']);
  await vi.waitFor(() => {
    expect(readFileSync(path.join(directory, 'talker.log'), 'utf8')).toContain('hello\nwarning: hot');
  }, waiting);
});
