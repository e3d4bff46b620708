import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTinyDisk } from '../../testing/tiny-disk.ts';
import { channelIds } from '../testing/book-club.ts';
import { startTestSandbox } from '../testing/start-test-sandbox.ts';
import { NotKept, openJournal } from './journal.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'journal-'));
  file = path.join(directory, 'discord.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function readAgain(): Record<string, unknown> {
  const journal = openJournal(file);
  journal.close();
  return Object.fromEntries(journal.rows('words'));
}

test('the journal contains tokens and is private', () => {
  const journal = openJournal(file);
  journal.put('tokens', 'one', 'secret');
  journal.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a write without room is refused, keeps nothing and leaves the rest readable', () => {
  const disk = createTinyDisk(100);
  let fullCount = 0;
  const journal = openJournal(file, {
    write: disk.write,
    onDiskFull: () => {
      fullCount += 1;
    },
  });
  journal.put('words', 'a', 'kept');
  const before = readFileSync(file, 'utf8');
  for (const word of ['x'.repeat(200), 'y'.repeat(200)]) {
    expect(() => journal.put('words', 'b', word)).toThrow(NotKept);
    expect(() => journal.remove('words', 'a')).toThrow(NotKept);
  }
  expect(fullCount).toBe(1);
  expect(journal.rows('words')).toEqual(new Map([['a', 'kept']]));
  expect(readFileSync(file, 'utf8')).toBe(before);
  disk.grow(1000);
  journal.put('words', 'c', 'kept too');
  journal.close();
  expect(readAgain()).toEqual({ a: 'kept', c: 'kept too' });
});

test('a line torn by a kill of its writer is dropped, and the next one is intact', () => {
  const journal = openJournal(file);
  journal.put('words', 'a', 'ä');
  journal.close();
  appendFileSync(file, '{"table":"words","id":"b","val');
  const next = openJournal(file);
  next.put('words', 'c', 'ö');
  next.close();
  expect(readAgain()).toEqual({ a: 'ä', c: 'ö' });
  expect(readdirSync(directory)).toEqual(['discord.json']);
});

test('the sandbox answers 503 for what it could not store, and recovers when there is room', async () => {
  const disk = createTinyDisk(10_000_000);
  const sandbox = await startTestSandbox({ write: disk.write });
  try {
    const post = (content: string) =>
      sandbox.bot('POST', `/channels/${channelIds.general}/messages`, { content });
    expect((await post('before')).status).toBe(200);
    disk.fill();
    expect(await post('lost')).toMatchObject({
      status: 503,
      body: { code: 0, message: 'The sandbox cannot keep this: its disk is full' },
    });
    expect((await sandbox.control('POST', 'clock/advance', { ms: 1 })).status).toBe(503);
    disk.grow(10_000_000);
    expect((await post('after')).status).toBe(200);
    await sandbox.restart();
    const { messages } = (await sandbox.control('GET', 'messages?channel_id=general')).body;
    const contents = messages.map((message: { content: string }) => message.content);
    expect(contents).toEqual(expect.arrayContaining(['before', 'after']));
    expect(contents).not.toContain('lost');
  } finally {
    await sandbox.close();
  }
});
