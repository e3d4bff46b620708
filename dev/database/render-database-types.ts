import path from 'node:path';
import { runProgram, runSupabase } from './run-supabase.ts';

const root = path.join(import.meta.dirname, '../..');

/** Path of the generated types. */
export const databaseTypesFile = path.join(root, 'supabase/database.types.ts');

const header = '// Generated from the migrations by dev/database/generate-types.ts. Do not edit.\n\n';

function format(source: string): Promise<string> {
  const biome = path.join(root, 'node_modules/.bin/biome');
  return runProgram([biome, 'format', '--stdin-file-path=generated.ts'], source);
}

/**
 * The generator assumes that function arguments are never null, but in SQL any of them may be. Arrays become
 * readonly, and json accepts any JSON value.
 */
export function widenArguments(types: string): string {
  return types.replaceAll(/Args: \{([^{}]*)\}/g, (_block, body: string) => {
    const widened = body.replaceAll(
      /(\w+\??): ([^;{}]+?)(;|\s*$)/g,
      (_argument, name: string, type: string, end: string) => {
        const wide =
          type.trim() === 'Json' ? 'unknown' : `${type.trim().replace(/^(.*\[\])$/, 'readonly $1')} | null`;
        return `${name}: ${wide}${end}`;
      },
    );
    return `Args: {${widened}}`;
  });
}

/** The generator appends helper types and a constant; nothing here uses them. */
function keepSchema(types: string): string {
  const end = types.indexOf('\ntype DatabaseWithoutInternals');
  return end === -1 ? types : types.slice(0, end);
}

/** The TypeScript types of schema public, formatted deterministically. */
export async function renderDatabaseTypes(databaseUrl: string): Promise<string> {
  const types = await runSupabase(databaseUrl, [
    'gen',
    'types',
    '--lang',
    'typescript',
    '--schema',
    'public',
  ]);
  return format(widenArguments(keepSchema(await format(header + types.trimStart()))));
}
