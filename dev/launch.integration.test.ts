import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const waiting = { timeout: 50_000, interval: 20 };
let checkout: string;

/** A fake npm: records that it was called, takes a moment, and leaves what npm would leave. */
const fakeNpm = `
  const fs = require('node:fs');
  fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
  if (fs.existsSync('broken')) process.exit(7);
  setTimeout(() => {
    const folder = 'node_modules/node-' + process.platform + '-' + process.arch + '/bin';
    fs.mkdirSync(folder, { recursive: true });
    fs.symlinkSync(process.execPath, folder + '/node');
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
  }, 300);`;

beforeEach(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'launch-'));
  mkdirSync(path.join(checkout, 'dev'));
  copyFileSync(path.join(import.meta.dirname, 'launch.mjs'), path.join(checkout, 'dev/launch.mjs'));
  writeFileSync(path.join(checkout, 'npm.cjs'), fakeNpm);
  writeLock('1.0.0');
  write('dev/start.ts', "console.log('started', process.argv.slice(2).join(' ')); process.exit(5);");
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(path.join(checkout, file), text);
}

function writeLock(version: string): void {
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/one': { version } } }));
}

function launch(...args: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; output: string }>;
} {
  const child = spawn(process.execPath, [path.join(checkout, 'dev/launch.mjs'), ...args], {
    env: { ...process.env, npm_execpath: path.join(checkout, 'npm.cjs') },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, ended: once(child, 'close').then(([code]) => ({ code, output })) };
}

function countInstallations(): number {
  const file = path.join(checkout, 'npm-calls');
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/^ci /gm)?.length ?? 0) : 0;
}

it('installs once, passes the arguments on and ends with the exit code of the command', async () => {
  const first = await launch('start', '--fresh').ended;
  expect(first.output).toContain('started --fresh');
  expect(first.code).toBe(5);
  await launch('start').ended;
  expect(countInstallations()).toBe(1);
});

it('installs again when the lock file names another version', async () => {
  await launch('start').ended;
  writeLock('2.0.0');
  await launch('start').ended;
  expect(countInstallations()).toBe(2);
});

it('lets two concurrent launchers install once', async () => {
  const results = await Promise.all([launch('start').ended, launch('start').ended]);
  expect(results.map(({ code }) => code)).toEqual([5, 5]);
  expect(countInstallations()).toBe(1);
});

it('takes over from a launcher that was killed during installation', async () => {
  mkdirSync(path.join(checkout, '.local'));
  write('.local/install.lock', '999999999');
  expect((await launch('start').ended).code).toBe(5);
});

it('reports a failure of npm', async () => {
  write('broken', '');
  const { code, output } = await launch('start').ended;
  expect(code).toBe(1);
  expect(output).toContain('The dependencies could not be installed; npm says why above.');
});

it('lists the commands for an unknown one', async () => {
  const { code, output } = await launch('strat').ended;
  expect(code).toBe(1);
  expect(output.trim()).toMatch(/^Unknown command "strat"\. There are: start, dev, test, .+\.$/);
});

it('forwards signals', async () => {
  write(
    'dev/start.ts',
    "process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000);",
  );
  const { child, ended } = launch('start');
  let seen = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await vi.waitFor(() => expect(seen).toContain('up'), waiting);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(9);
});
