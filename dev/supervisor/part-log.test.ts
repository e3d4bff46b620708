import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTinyDisk } from '#emulators/testing/tiny-disk.ts';
import { LogFolder } from './log-folder.ts';
import { openPartLog } from './part-log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'part-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(path.join(directory, name), 'utf8');
const readMode = (name: string): number => statSync(path.join(directory, name)).mode & 0o777;

it('rotates while it is written and keeps a few old files, private to the account', () => {
  writeFileSync(path.join(directory, 'web.log'), 'from an earlier start\n', { mode: 0o644 });
  const log = openPartLog({
    file: path.join(directory, 'web.log'),
    byteMax: 40,
    keptCount: 2,
    redact: (line) => line,
    onTrouble: () => expect.fail(),
    onRecovery: () => expect.fail(),
  });
  for (let i = 0; i < 40; i += 1) log.write(`line ${String(i).padStart(4)}`);
  log.close();
  expect(readdirSync(directory).sort()).toEqual(['web.log', 'web.log.1', 'web.log.2']);
  expect(read('web.log.2') + read('web.log.1') + read('web.log')).toBe(
    Array.from({ length: 11 }, (_, i) => `line   ${i + 29}\n`).join(''),
  );
  for (const name of readdirSync(directory)) {
    expect(readMode(name)).toBe(0o600);
    expect(read(name).length).toBeLessThanOrEqual(40);
  }
});

it('reports a full disk once for all logs, and its end once, and loses nothing else', () => {
  const disk = createTinyDisk(14);
  const printed: string[] = [];
  const folder = new LogFolder({
    directory: path.join(directory, 'logs'),
    print: (line) => printed.push(line),
    redact: (line) => line.replace('hunter2', '[password]'),
    write: disk.write,
  });
  const [web, gateway] = [folder.open('web'), folder.open('gateway')];
  web.write('hunter2');
  for (let i = 0; i < 3; i += 1) web.write(`lost ${i}`);
  gateway.write('lost');
  disk.grow(1000);
  for (const log of [web, gateway]) log.write('found');
  folder.close();
  expect(read('logs/web.log')).toBe(
    '[password]\n(3 lines were lost here: they could not be written)\nfound\n',
  );
  expect(read('logs/gateway.log')).toBe('(1 lines were lost here: they could not be written)\nfound\n');
  expect(printed).toEqual([
    `Logs cannot be written to ${directory}/logs: the disk is full. Everything keeps running; log lines are lost until there is room.`,
    'Logs are written again; each states how many lines were lost.',
  ]);
  expect(readMode('logs')).toBe(0o700);
});
