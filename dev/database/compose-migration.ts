import type { Drift } from './find-drift.ts';
import { getMigrationVersion, type Migration } from './migration-files.ts';

/** Differences that no statement of the CLI removes, so a person has to write them. */
const isLeftToPerson = (fact: string): boolean =>
  /^[-+] (job|row of|default privileges|publication) /.test(fact);

/** A migration that removes the drift, for review; null if there is none. */
export function composeMigration({ statements, opposite, facts }: Drift): string | null {
  const remaining = statements === '' ? facts : facts.filter(isLeftToPerson);
  if (statements === '' && opposite === '' && facts.length === 0) return null;
  const parts = [
    statements.trimEnd(),
    ...(remaining.length === 0
      ? []
      : [
          ['-- To be written by hand; - is in the migrations only, + in the schemas only:', ...remaining]
            .map((line) => (line.startsWith('--') ? line : `--   ${line}`))
            .join('\n'),
        ]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The version of a migration written now: the time in UTC, and always later than the last version. */
export function chooseVersion(now: Date, migrations: readonly Migration[]): string {
  const version = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const last = getMigrationVersion(migrations.at(-1)?.name ?? '') ?? '';
  return version > last ? version : String(BigInt(last) + 1n).padStart(14, '0');
}
