import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findEdgeMismatches } from './find-edge-mismatches.ts';

const read = <Schema extends z.ZodType>(file: string, schema: Schema) =>
  schema.parse(JSON.parse(readFileSync(file, 'utf8')));
const texts = z.record(z.string(), z.string());
const { imports } = read('supabase/functions/deno.json', z.object({ imports: texts }));
const { dependencies } = read('package.json', z.object({ dependencies: texts }));

test('edge functions import what everything else imports', () => {
  expect(Object.values(imports).filter((target) => target.startsWith('npm:')).length).toBeGreaterThan(3);
  expect(findEdgeMismatches(imports, dependencies)).toEqual([]);
});

test('another version, of a package or of a part of one, is named', () => {
  const older = {
    ...imports,
    zod: 'npm:zod@4.0.0',
    'discord-api-types/v10': 'npm:discord-api-types@0.37.0/v10',
  };
  expect(findEdgeMismatches(older, dependencies)).toEqual([
    `supabase/functions/deno.json: discord-api-types is 0.37.0, in package.json ${dependencies['discord-api-types']}.`,
    `supabase/functions/deno.json: zod is 4.0.0, in package.json ${dependencies.zod}.`,
  ]);
});

test('a package that only edge functions have is named; our own folders are none', () => {
  const other = { '#domain/': '../../domain/', '@scope/new': 'npm:@scope/new@1.0.0' };
  expect(findEdgeMismatches(other, dependencies)).toEqual([
    'supabase/functions/deno.json: @scope/new is 1.0.0, in package.json missing.',
  ]);
});
