import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';

const supabaseDirectory = path.join(import.meta.dirname, '../../supabase');
const configSchema = z.object({
  db: z.object({ migrations: z.object({ schema_paths: z.array(z.string()) }) }),
});

/** One file that declares a part of the database, by its path below `supabase/`. */
export interface SchemaFile {
  name: string;
  text: string;
}

function listNames(folder: string): string[] {
  return readdirSync(path.join(supabaseDirectory, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort();
}

/** The schema files that `config.toml` lists, in its order. */
export function listSchemaPaths(): string[] {
  const text = readFileSync(path.join(supabaseDirectory, 'config.toml'), 'utf8');
  return configSchema.parse(parse(text)).db.migrations.schema_paths.map((name) => path.posix.normalize(name));
}

/** Everything that declares the database, in the order in which it runs: schemas as listed, then data by name. */
export function readSchemaFiles(): SchemaFile[] {
  return [...listSchemaPaths(), ...listNames('data')].map((name) => ({
    name,
    text: readFileSync(path.join(supabaseDirectory, name), 'utf8'),
  }));
}

/** Schema files that are never run, or run twice, one sentence each. */
export function findMisplacedSchemaFiles(
  listed: readonly string[] = listSchemaPaths(),
  existing: readonly string[] = listNames('schemas'),
): string[] {
  return [
    ...existing
      .filter((name) => !listed.includes(name))
      .map((name) => `supabase/${name} is not in schema_paths of supabase/config.toml.`),
    ...listed
      .filter((name, place) => listed.indexOf(name) !== place)
      .map((name) => `schema_paths of supabase/config.toml has ${name} twice.`),
    ...listed
      .filter((name) => !existing.includes(name))
      .map((name) => `schema_paths of supabase/config.toml has ${name}, which does not exist.`),
  ];
}
