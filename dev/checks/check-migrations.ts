// No migration that has landed was edited, and migrations and schemas make the same database.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { withDatabaseServer } from '../database/database-server.ts';
import { declareDatabase } from '../database/declare-database.ts';
import { findDrift } from '../database/find-drift.ts';
import { checksumsFile, findMigrationProblems, readMigrations } from '../database/migration-files.ts';
import { findMisplacedSchemaFiles } from '../database/schema-files.ts';

const splitLines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** The checksums on main; none if there is no such branch. */
function readLandedChecksums(): string[] {
  for (const branch of ['origin/main', 'main']) {
    try {
      const object = `${branch}:supabase/migrations/checksums.txt`;
      return splitLines(execFileSync('git', ['show', object], { encoding: 'utf8', stdio: 'pipe' }));
    } catch {
      // No git, no such branch, or no list there yet.
    }
  }
  return [];
}

async function listDrift(): Promise<string[]> {
  const { statements, opposite, facts } = await withDatabaseServer(async ({ createDatabase }) => {
    const declaredUrl = await createDatabase('declared', 'prepared');
    await declareDatabase(declaredUrl);
    return findDrift(await createDatabase('migrated', 'migrated'), declaredUrl);
  });
  if (statements === '' && opposite === '' && facts.length === 0) return [];
  return [
    'Migrations and schemas make different databases: write the missing migration with npm run migration -- <name>.',
    ...facts,
    ...(statements === '' ? [] : [`Missing in the migrations:\n${statements}`]),
    ...(statements === '' && opposite !== '' ? [`Missing in the schemas:\n${opposite}`] : []),
  ];
}

const problems = [
  ...findMisplacedSchemaFiles(),
  ...findMigrationProblems(
    readMigrations(),
    splitLines(readFileSync(checksumsFile, 'utf8')),
    readLandedChecksums(),
  ),
  ...(await listDrift()),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
