// Files and folders stay small enough to be read at once.
import { existsSync, readFileSync } from 'node:fs';
import { findCrowdedFolders } from './find-crowded-folders.ts';
import { listSourceFiles } from './list-source-files.ts';

/** Longer files hide a second idea; split them by concern. */
const lineCountMax = 250;

const files = listSourceFiles().filter((path) => existsSync(path));
const tooLong = files
  .filter((path) => /\.(ts|mjs|js|svelte|sql|css)$/.test(path) && !/^supabase\/migrations\//.test(path))
  .map((path) => ({ path, lineCount: readFileSync(path, 'utf8').trimEnd().split('\n').length }))
  .filter((file) => file.lineCount > lineCountMax);
const crowded = findCrowdedFolders(files);

for (const file of tooLong) console.error(`${file.path}: ${file.lineCount} lines, at most ${lineCountMax}`);
for (const folder of crowded) console.error(folder);
process.exitCode = tooLong.length + crowded.length === 0 ? 0 : 1;
