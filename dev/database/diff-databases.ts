import { createRequire } from 'node:module';
import { z } from 'zod';
import { runProgram } from './run-supabase.ts';

const answer = z.object({ diff: z.string() });

/** The beginning of every difference, even of an empty one. */
const preamble = 'SET local check_function_bodies = off;';

/** The statements that turn one database into another, as the Supabase CLI finds them; empty when there are none. */
export async function diffDatabases(fromUrl: string, toUrl: string): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');
  const urls = ['--from', `${fromUrl}?sslmode=disable`, '--to', `${toUrl}?sslmode=disable`];
  const output = await runProgram([process.execPath, cli, 'db', 'diff', '--output-format', 'json', ...urls]);
  const { diff } = answer.parse(JSON.parse(output));
  return diff.replace(preamble, '').trim() === '' ? '' : `${diff.trim()}\n`;
}
