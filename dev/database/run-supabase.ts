import { createRequire } from 'node:module';
import { execa } from 'execa';

/** Runs a program with the given input and returns its output; throws with its error output. */
export async function runProgram(args: readonly string[], input = ''): Promise<string> {
  const [file = '', ...rest] = args;
  const { stdout } = await execa(file, rest, {
    env: { SUPABASE_TELEMETRY_DISABLED: '1', SUPABASE_YES: '1' },
    input,
    stripFinalNewline: false,
  });
  return stdout;
}

/** Runs the Supabase CLI on a local database, without TLS. */
export function runSupabase(databaseUrl: string, args: readonly string[]): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');
  return runProgram([process.execPath, cli, ...args, `--remote=${databaseUrl}?sslmode=disable`]);
}
