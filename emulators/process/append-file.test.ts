import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTinyDisk } from '../testing/tiny-disk.ts';
import { isDiskFull, openAppendFile } from './append-file.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'append-file-'));
  file = path.join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('writes the whole text in partial writes', () => {
  const lines = openAppendFile(file, (descriptor, bytes) => writeSync(descriptor, bytes.subarray(0, 3)));
  lines.append('hello, ö world\n');
  lines.close();
  expect(readFileSync(file, 'utf8')).toBe('hello, ö world\n');
});

it('keeps nothing of a text that does not fit, and resumes when there is room', () => {
  const disk = createTinyDisk(10);
  const lines = openAppendFile(file, disk.write);
  lines.append('first\n');
  expect(() => lines.append('second\n')).toThrow('ENOSPC');
  expect(readFileSync(file, 'utf8')).toBe('first\n');
  disk.grow(100);
  lines.append('third\n');
  expect(lines.byteCount).toBe(12);
  lines.close();
  expect(readFileSync(file, 'utf8')).toBe('first\nthird\n');
});

it('makes a file private, even if it was readable before', () => {
  writeFileSync(file, 'old\n', { mode: 0o644 });
  const lines = openAppendFile(file);
  expect(lines.byteCount).toBe(4);
  lines.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('tells a full disk from other errors', () => {
  expect(isDiskFull(Object.assign(new Error('no'), { code: 'ENOSPC' }))).toBe(true);
  expect(isDiskFull(Object.assign(new Error('no'), { code: 'EIO' }))).toBe(false);
});
