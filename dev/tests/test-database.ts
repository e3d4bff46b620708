import {
  bareTemplate,
  createTestDatabase as copyTemplate,
  type TestDatabase as DatabaseCopy,
} from '#emulators/testing/test-database.ts';
import { templateDatabase } from './test-cluster.ts';

/** A separate database for one test file or test, fully migrated and without rows of other tests. */
export type TestDatabase = DatabaseCopy;

/** Copies the migrated template. Only for tests of the vitest project `integration`. */
export function createTestDatabase(): Promise<TestDatabase> {
  return copyTemplate(templateDatabase);
}

/** Copies the database as it is before the first migration: what a hosted project starts with. */
export function createPreparedDatabase(): Promise<TestDatabase> {
  return copyTemplate(bareTemplate);
}
