import { expect, test } from 'vitest';
import { findMigrationProblems, listChecksums } from './migration-files.ts';

const first = { name: '20261201000000_baseline.sql', text: 'create table public.players (id int);' };
const second = {
  name: '20261202000000_add_name.sql',
  text: 'alter table public.players add column name text;',
};
const listed = listChecksums([first, second]);

test('migrations as they were written have no problem', () => {
  expect(findMigrationProblems([first, second], listed, listed.slice(0, 1))).toEqual([]);
});

test('any edited migration is found', () => {
  const edit = (migration: typeof first) => ({ ...migration, text: `${migration.text} -- changed` });
  expect(findMigrationProblems([edit(first), second], listed)).toEqual([
    expect.stringContaining('20261201000000_baseline.sql was edited after it was written'),
  ]);
  expect(findMigrationProblems([first, edit(second)], listed)).toEqual([
    expect.stringContaining('20261202000000_add_name.sql was edited after it was written'),
  ]);
});

test('a migration that was edited and listed again differs from what has landed', () => {
  const edited = { ...first, text: 'create table public.people (id int);' };
  expect(findMigrationProblems([edited, second], listChecksums([edited, second]), listed)).toEqual([
    'checksums.txt differs from what has landed: lines are only added to it.',
  ]);
});

test('a migration that was added by hand or removed is found', () => {
  expect(findMigrationProblems([first, second], listed.slice(0, 1))).toEqual([
    expect.stringContaining('20261202000000_add_name.sql is not in checksums.txt'),
  ]);
  expect(findMigrationProblems([first], listed)).toEqual([
    '20261202000000_add_name.sql has landed and is gone: bring it back.',
  ]);
});

test('a version below one that has landed is out of order', () => {
  const early = { name: '20261130000000_too_early.sql', text: 'select 1;' };
  const lines = listChecksums([first, early]);
  expect(findMigrationProblems([early, first], lines, listed.slice(0, 1))).toEqual([
    '20261130000000_too_early.sql is out of order: it must come after every migration that landed before it.',
  ]);
});

test('a file that the CLI would skip is no migration', () => {
  expect(findMigrationProblems([first, { name: '2026_add_age.sql', text: '' }], listed.slice(0, 1))).toEqual([
    '2026_add_age.sql is no name of a migration: <14 digits>_<snake_case>.sql.',
  ]);
});
