import { expect, test } from 'vitest';
import { findCrowdedFolders } from './find-crowded-folders.ts';

const list = (folder: string, count: number, ending = '.ts') =>
  Array.from({ length: count }, (_, index) => `${folder}/file-${index}${ending}`);

test('a folder with 26 files side by side is crowded, one with 25 is not', () => {
  expect(findCrowdedFolders([...list('bot/credits', 26), ...list('bot/roles', 25)])).toEqual([
    'bot/credits: 26 files side by side, at most 25',
  ]);
});

test('tests beside their files do not crowd a folder, a folder of tests does', () => {
  expect(findCrowdedFolders(list('bot/credits', 40, '.test.ts'))).toEqual([]);
  expect(findCrowdedFolders(list('supabase/tests/credits', 40, '.integration.test.ts'))).toHaveLength(1);
});

test('migrations and golden files may be many', () => {
  expect(
    findCrowdedFolders([...list('supabase/migrations', 90, '.sql'), ...list('bot/golden', 90, '.txt')]),
  ).toEqual([]);
});
