import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { runCommand } from './run-command.ts';

const directory = makeTemporaryDirectory('run-command-');
afterAll(() => rmSync(directory, { recursive: true }));
const run = (script: string, signal?: AbortSignal) =>
  runCommand({
    command: [process.execPath, '-e', script],
    directory,
    environment: { PATH: process.env.PATH, GREETING: 'hello' },
    failure: 'It did not work.',
    ...(signal ? { signal } : {}),
  });

test('a program sees only its own variables, and its output is reported if it fails', async () => {
  await run('process.exit(process.env.GREETING === "hello" && !process.env.HOME ? 0 : 1)');
  await expect(run('console.log("out"); console.error("err"); process.exit(3)')).rejects.toThrow(
    /^It did not work\.\n(out\nerr|err\nout)$/,
  );
  await expect(run('console.log("x".repeat(20_000)); process.exit(1)')).rejects.toThrow(
    /^It did.*\nx{8000}$/,
  );
});

test('a program that is not there is named', async () => {
  const options = { directory, environment: {}, failure: 'It did not work.' };
  await expect(runCommand({ ...options, command: ['/no/such/program'] })).rejects.toThrow(
    /^It did not work\.\n.*\/no\/such\/program/s,
  );
});

test('an abort ends a program with everything that it started', async () => {
  const file = path.join(directory, 'pid');
  const child = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const ending = new AbortController();
  const running = run(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); setInterval(() => {}, 1000)`,
    ending.signal,
  );
  await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+$/), 50_000);
  ending.abort();
  await expect(running).rejects.toThrow('It did not work.');
  const pid = Number(readFileSync(file, 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 50_000);
});
