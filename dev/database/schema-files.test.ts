import { expect, test } from 'vitest';
import { findMisplacedSchemaFiles } from './schema-files.ts';

test('every schema file is run, once', () => {
  expect(findMisplacedSchemaFiles()).toEqual([]);
});

test('a file that is not listed, listed twice or gone is found', () => {
  expect(
    findMisplacedSchemaFiles(
      ['schemas/a.sql', 'schemas/a.sql', 'schemas/gone.sql'],
      ['schemas/a.sql', 'schemas/new.sql'],
    ),
  ).toEqual([
    'supabase/schemas/new.sql is not in schema_paths of supabase/config.toml.',
    'schema_paths of supabase/config.toml has schemas/a.sql twice.',
    'schema_paths of supabase/config.toml has schemas/gone.sql, which does not exist.',
  ]);
});
