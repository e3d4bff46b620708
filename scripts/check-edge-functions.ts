import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { denoPath } from '../local/deno-path.ts';

/** Edge functions, and what runs them locally, must type-check on today's Deno and on hosted Supabase's (2.1.4). */
const functions = readdirSync('supabase/functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`supabase/functions/${entry.name}/index.ts`))
  .map((entry) => `supabase/functions/${entry.name}/index.ts`);
const entries = ['local/supabase/edge-functions.ts', ...functions];

for (const version of ['current', 'hosted'] as const) {
  try {
    execFileSync(
      denoPath(version),
      ['check', '--config', 'supabase/functions/deno.json', '--no-lock', ...entries],
      {
        stdio: 'inherit',
        env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
      },
    );
  } catch {
    console.error(`Edge functions do not type-check on the ${version} Deno.`);
    process.exitCode = 1;
  }
}
