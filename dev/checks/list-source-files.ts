import { execFileSync } from 'node:child_process';

/** Files that git tracks or would track, as paths from the repository root. Generated files are omitted. */
export function listSourceFiles(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('database.types.ts') && path !== 'package-lock.json');
}
