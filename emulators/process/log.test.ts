import { afterEach, expect, test, vi } from 'vitest';
import { log } from './log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('a line is one JSON document with its level, its details and what the error says', () => {
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
  log('warn', 'A job failed.', { job: 'a', error: new Error('two\nlines') });
  log('info', 'The database is back.');
  log('error', 'Something else was thrown.', { error: { code: 1 } });
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'warn', job: 'a', message: 'A job failed.', error: 'two\nlines', at },
    { level: 'info', message: 'The database is back.', at },
    { level: 'error', message: 'Something else was thrown.', error: '{"code":1}', at },
  ]);
  expect(lines.join('')).not.toContain('\n');
});
