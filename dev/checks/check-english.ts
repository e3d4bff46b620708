import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bannedPhrases } from './banned-phrases.ts';
import { listSourceFiles } from './list-source-files.ts';

const prose = /\.(md|ts|mjs|js|svelte|sql|css|feature)$/;
/** Files that quote the phrases, and migrations, which are never edited. */
const exempt =
  /^docs\/style\.md$|^dev\/checks\/(banned-phrases|check-english\.test)\.ts$|^supabase\/migrations\//;

/** Removes the marks of a comment, so a sentence begins where its line does. */
const strip = (line: string): string =>
  line.replace(/^\s*(\/\*\*?|\*\/?|\/\/|--|#+|[-*>|])?\s*['"`]?/, '').replace(/\s*\*\/$/, '');

/**
 * Finds phrases that docs/style.md rules out.
 * @param path named in the findings
 * @returns one sentence for each finding
 */
export function findBannedPhrases(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const sentence = strip(line);
    return bannedPhrases.flatMap(({ pattern, instead }) => {
      const found = pattern.exec(sentence);
      return found ? [`${path}:${index + 1}: "${found[0].trim()}"; write ${instead}`] : [];
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = listSourceFiles().filter(
    (path) => prose.test(path) && !exempt.test(path) && existsSync(path),
  );
  const findings = files.flatMap((path) => findBannedPhrases(path, readFileSync(path, 'utf8')));
  for (const finding of findings) console.error(finding);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
