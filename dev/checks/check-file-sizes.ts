import { existsSync, readFileSync } from 'node:fs';
import { listSourceFiles } from './list-source-files.ts';

/** Longer files hide a second idea; split them by concern. */
const lineCountMax = 250;

const tooLong = listSourceFiles()
  .filter((path) => /\.(ts|mjs|js|svelte|sql|css)$/.test(path) && existsSync(path))
  .map((path) => ({ path, lineCount: readFileSync(path, 'utf8').trimEnd().split('\n').length }))
  .filter((file) => file.lineCount > lineCountMax);

for (const file of tooLong) console.error(`${file.path}: ${file.lineCount} lines, at most ${lineCountMax}`);
process.exitCode = tooLong.length === 0 ? 0 : 1;
