// The generated types match the migrations, and Supabase's advisors have no warnings.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { withMigratedDatabase } from '../database/database-server.ts';
import { databaseTypesFile, renderDatabaseTypes } from '../database/render-database-types.ts';
import { runSupabase } from '../database/run-supabase.ts';

const advice = z.object({
  results: z.array(
    z.object({ cacheKey: z.string(), name: z.string(), level: z.string(), detail: z.string() }),
  ),
});

/** Warnings that Postgres gives no way to fix, each with the reason. */
const accepted: Record<string, string> = {
  function_search_path_mutable_leaderboard_close_due_periods: 'it commits, as the next one does',
  function_search_path_mutable_leaderboard_filled_cap:
    'an aggregate has none; the function that it calls does',
  function_search_path_mutable_leaderboard_refresh_due_boards:
    'it commits, which a search path of its own forbids',
};

async function listProblems(databaseUrl: string): Promise<string[]> {
  const types = await renderDatabaseTypes(databaseUrl);
  const isCurrent = existsSync(databaseTypesFile) && readFileSync(databaseTypesFile, 'utf8') === types;
  const advisors = ['db', 'advisors', '--level', 'warn', '--output-format', 'json'];
  const { results } = advice.parse(JSON.parse(await runSupabase(databaseUrl, advisors)));
  return [
    ...(isCurrent
      ? []
      : ['supabase/database.types.ts is out of date: run node dev/database/generate-types.ts']),
    ...results
      .filter(({ cacheKey }) => !accepted[cacheKey.replace(/_[0-9a-f]{32}$/, '')])
      .map(({ level, name, detail }) => `${level} ${name}: ${detail}`),
  ];
}

const problems = await withMigratedDatabase(listProblems);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
