import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/** Runs a program with the given input and returns its output; throws with its error output. */
export async function runProgram(args: readonly string[], input = ''): Promise<string> {
  const [file = '', ...rest] = args;
  const child = spawn(file, rest, {
    env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', SUPABASE_YES: '1' },
  });
  const output: string[] = [];
  const complaints: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new Error(`${rest.join(' ')} ended with ${code}.\n${complaints.join('')}${output.join('')}`);
  return output.join('');
}

/** Runs the Supabase CLI on a local database, without TLS. */
export function runSupabase(databaseUrl: string, args: readonly string[]): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');
  return runProgram([process.execPath, cli, ...args, `--remote=${databaseUrl}?sslmode=disable`]);
}
