import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import configuration from '../../dependency-cruiser.config.ts';

let house: string;
beforeEach(() => {
  house = mkdtempSync(path.join(tmpdir(), 'house-'));
});
afterEach(() => rmSync(house, { recursive: true, force: true }));

/** The names of the rules that these files violate. */
async function findBrokenRules(files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
    writeFileSync(path.join(house, file), text);
  }
  const { forbidden, options } = configuration;
  const { output } = await cruise(
    Object.keys(files),
    { ...options, baseDir: house, validate: true, ruleSet: { forbidden } },
    options?.enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations.map(({ rule }) => rule.name);
}

const value = 'export const x = 1;';
const typeOnly = 'export interface X { a: string }';

test('a rule that imports storage is refused', async () => {
  const files = {
    'supabase/store/outcome.ts': value,
    'domain/leaderboard/tier.ts': "export { x } from '../../supabase/store/outcome.ts';",
  };
  expect(await findBrokenRules(files)).toEqual(['domain-imports-only-itself']);
});

test('an entry point that imports another is refused', async () => {
  const files = {
    'supabase/functions/api/app.ts': value,
    'functions/credits/post-card.ts':
      "import { x } from '../../supabase/functions/api/app.ts'; export const y = x;",
  };
  expect(await findBrokenRules(files)).toEqual(['durable-functions-imports-only-domain-store-events-bot']);
});

test.each([
  ['a type', "import type { X } from '../../dev/stack/ports/ports.ts'; export type Y = X;"],
  ['an import at run time', "export const y = await import('../../dev/stack/ports/ports.ts');"],
  ['a re-export', "export type { X } from '../../dev/stack/ports/ports.ts';"],
])('the product never imports its development code: %s', async (_, text) => {
  const files = { 'dev/stack/ports/ports.ts': typeOnly, 'bot/transport/rest.ts': text };
  expect(await findBrokenRules(files)).toEqual(['bot-imports-only-domain-store-events']);
});

test('an emulator that imports the product is refused', async () => {
  const files = {
    'domain/credits/kinds.ts': value,
    'emulators/discord/main.ts': "export { x } from '../../domain/credits/kinds.ts';",
  };
  expect(await findBrokenRules(files)).toEqual(['emulators-imports-only-itself']);
});

test('two files that import each other are refused', async () => {
  const files = {
    'domain/a.ts': "import { b } from './b.ts'; export const a = () => b;",
    'domain/b.ts': "import { a } from './a.ts'; export const b = () => a;",
  };
  expect(new Set(await findBrokenRules(files))).toEqual(new Set(['no-circles']));
});

test('an edge function that imports discord.js transitively is refused', async () => {
  const files = {
    'node_modules/discord.js/package.json': '{ "name": "discord.js", "main": "index.js" }',
    'node_modules/discord.js/index.js': 'module.exports = {};',
    'bot/transport/rest.ts': "import * as all from 'discord.js'; export const y = all;",
    'supabase/functions/interactions/index.ts': "export { y } from '../../../bot/transport/rest.ts';",
  };
  expect(await findBrokenRules(files)).toContain('edge-functions-start-without-discord.js');
});

test('imports along the direction pass', async () => {
  const files = {
    'domain/platform/refusal.ts': typeOnly,
    'supabase/store/outcome.ts': "export type { X } from '../../domain/platform/refusal.ts';",
    'web/src/lib/x.ts': "export type { X } from '../../../supabase/store/outcome.ts';",
  };
  expect(await findBrokenRules(files)).toEqual([]);
});
