import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from './journal.ts';

test('the journal holds tokens and is closed to everybody else', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'journal-'));
  try {
    const file = path.join(directory, 'discord.json');
    const journal = openJournal(file);
    journal.put('tokens', 'one', 'secret');
    journal.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
