import path from 'node:path';

/** More files in one folder hide a second area; group them. Tests next to their source are not counted. */
const fileCountMax = 25;

/** Migrations are a single history, and golden files are opened one at a time, from a failed test. */
const isGrowingList = (folder: string): boolean => /^supabase\/migrations$|\/golden$/.test(folder);

/**
 * Finds folders with too many files.
 * @param files paths relative to the repository root
 * @returns one sentence for each crowded folder
 */
export function findCrowdedFolders(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = path.dirname(file);
    if (/\.test\.ts$/.test(file) && !/(^|\/)tests(\/|$)/.test(folder)) continue;
    if (!isGrowingList(folder)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > fileCountMax)
    .map(([folder, count]) => `${folder}: ${count} files side by side, at most ${fileCountMax}`);
}
