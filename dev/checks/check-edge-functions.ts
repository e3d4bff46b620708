import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import { denoPath } from '#emulators/process/deno-path.ts';

/**
 * Edge functions and their local runner must type-check on today's Deno (`current`) and on hosted Supabase's
 * (`hosted`, 2.1.4).
 */
const version = z.enum(['current', 'hosted']).parse(process.argv[2]);
const functions = readdirSync('supabase/functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`supabase/functions/${entry.name}/index.ts`))
  .map((entry) => `supabase/functions/${entry.name}/index.ts`);
const check = spawnSync(
  denoPath(version),
  [
    'check',
    '--config',
    'supabase/functions/deno.json',
    // The lock file uses the format that hosted Supabase reads; today's Deno would query npm for the fields
    // of newer formats.
    version === 'hosted' ? '--frozen' : '--no-lock',
    'emulators/supabase/edge-functions.ts',
    ...functions,
  ],
  { stdio: 'inherit', env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' } },
);
process.exitCode = check.status === 0 ? 0 : 1;
