import path from 'node:path';
import { ambiguousNames, discordNames, productWords } from './product-words.ts';

const words = new Set<string>(productWords);
const names = new Set<string>(ambiguousNames);
const wireNames = new RegExp(`\\b(${discordNames.join('|')})\\b`, 'g');
const productAliases = /^#(bot|dev|domain|lib|store)\/|^#inngest$/;
const productFolders = /^(bench|bot|dev|domain|features|functions|ops|supabase|web)\/|^inngest\.ts$/;

/** `creditTypes` and `credit_types` both have the word "credit"; `DealScale` is a word as a whole, too. */
function listWords(text: string): string[] {
  const runs = text.match(/\p{L}+/gu) ?? [];
  return runs.flatMap((run) => {
    const parts = run.split(/(?<=\p{Ll})(?=\p{Lu})/u);
    return parts.length > 1 ? [run, ...parts] : parts;
  });
}

function isProductWord(word: string): boolean {
  const lower = word.toLowerCase();
  return words.has(lower) || (lower.endsWith('s') && words.has(lower.slice(0, -1)));
}

function findWords(line: string): string[] {
  const own = line.replaceAll(wireNames, '');
  const quoted = [...own.matchAll(/(['"`])(\w+)\1/g)].map(([, , text = '']) => text);
  return [...listWords(own).filter(isProductWord), ...quoted.filter((text) => names.has(text.toLowerCase()))];
}

/** Paths that lead out of `emulators/`, in imports and elsewhere: an alias, or a relative path. */
function findWaysOut(file: string, line: string): string[] {
  const texts = [...line.matchAll(/(['"`])(#[\w/.-]+|(?:\.\.\/)+[^'"`]*)\1/g)].map(([, , text = '']) => text);
  return texts.filter((text) => {
    if (text.startsWith('#')) return productAliases.test(text);
    return productFolders.test(path.posix.join(path.posix.dirname(file), text));
  });
}

/**
 * Finds what a file of `emulators/` knows of the product: its words, and paths that lead to its files.
 * @param file path relative to the repository's root
 * @returns one sentence for each trace
 */
export function findProductTraces(file: string, source: string): string[] {
  return source
    .split('\n')
    .flatMap((line, index) => [
      ...findWords(line).map((word) => `${file}:${index + 1}: "${word}" is a word of the product`),
      ...findWaysOut(file, line).map((target) => `${file}:${index + 1}: ${target} leads out of emulators/`),
    ]);
}
