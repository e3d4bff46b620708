import { expect, test } from 'vitest';
import { guardSchemaCache, SchemaUnavailable } from './schema-cache.ts';

test('a read that never ends is abandoned, and the next request reads again', async () => {
  let readCount = 0;
  let givenUpCount = 0;
  const connection = {
    introspect: (): Promise<{ functions: string[] }> => {
      readCount += 1;
      return readCount === 1 ? new Promise(() => {}) : Promise.resolve({ functions: [] });
    },
    clearSchemaCache: () => Promise.resolve(),
  };
  guardSchemaCache(
    connection,
    () => {
      givenUpCount += 1;
    },
    20,
  );
  const waiting = await Promise.allSettled([connection.introspect(), connection.introspect()]);
  for (const result of waiting) expect(result).toMatchObject({ reason: expect.any(SchemaUnavailable) });
  expect({ readCount, givenUpCount }).toEqual({ readCount: 1, givenUpCount: 1 });
  expect(await connection.introspect()).toEqual({ functions: [] });
});
