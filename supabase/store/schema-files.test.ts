import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Schemas for text that people write, which belong to no noun. */
const shared = ['supabase/store/storable.ts', 'supabase/store/presentable.ts'];

const files = globSync('supabase/store/**/*.ts').filter(
  (file) => !file.endsWith('.test.ts') && !shared.includes(file),
);
const isSchemaFile = (file: string) => file.endsWith('-schema.ts');
const exported = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^export const (\w+)/gm)].map(([, name = '']) => name);

test('a schema that others use is in a file of its noun, and nothing else is', () => {
  expect(files.filter(isSchemaFile).length).toBeGreaterThan(10);
  const misplaced = files.flatMap((file) =>
    exported(file)
      .filter((name) => name.endsWith('Schema') !== isSchemaFile(file))
      .map((name) => `${file}: ${name}`),
  );
  expect(misplaced).toEqual([]);
});
