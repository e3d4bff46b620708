import path from 'node:path';
import { runProgram, runSupabase } from './run-supabase.ts';

const root = path.join(import.meta.dirname, '..');

/** Where the generated types live. */
export const databaseTypesFile = path.join(root, 'supabase/database.types.ts');

const header = '// Generated from the migrations by scripts/generate-types.ts. Do not edit.\n\n';

/** The TypeScript types of schema public, formatted so that the same schema always gives the same text. */
export async function renderDatabaseTypes(databaseUrl: string): Promise<string> {
  const types = await runSupabase(databaseUrl, [
    'gen',
    'types',
    '--lang',
    'typescript',
    '--schema',
    'public',
  ]);
  const biome = path.join(root, 'node_modules/.bin/biome');
  return runProgram([biome, 'format', '--stdin-file-path=generated.ts'], header + types.trimStart());
}
