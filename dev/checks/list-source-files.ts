import { execFileSync } from 'node:child_process';

/** Files of this repository that git tracks or would track, as paths from its root. Generated ones are left out. */
export function listSourceFiles(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('database.types.ts') && path !== 'package-lock.json');
}
