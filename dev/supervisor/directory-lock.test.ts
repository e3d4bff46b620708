import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('lets one process in at a time', () => {
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(
    `A stack already runs on ${directory} (process ${process.pid})`,
  );
  lock.release();
  lockDirectory(directory).release();
});

it.each(['', '999999999:1', `${process.pid}:some other start`])(
  'takes over the lock of a process that is gone: "%s"',
  (left) => {
    writeFileSync(path.join(directory, 'stack.lock'), left);
    lockDirectory(directory).release();
  },
);
