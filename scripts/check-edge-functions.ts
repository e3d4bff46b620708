import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { denoPath } from '../local/deno-path.ts';

/** Edge functions must type-check on today's Deno and on the one that hosted Supabase runs (2.1.4). */
const entries = readdirSync('supabase/functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`supabase/functions/${entry.name}/index.ts`))
  .map((entry) => `supabase/functions/${entry.name}/index.ts`);

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
