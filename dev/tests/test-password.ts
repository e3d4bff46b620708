import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getSuperuserUrl } from '#emulators/postgres/cluster.ts';

const file = path.join(import.meta.dirname, '../../.local/cache/test-superuser-password');

let password: string | null = null;

/** The superuser's password in every test cluster of this checkout: generated once and private. */
export function getTestPassword(): string {
  if (password === null) {
    if (!existsSync(file)) makePassword();
    password = readFileSync(file, 'utf8');
  }
  return password;
}

/** Written atomically, and only if nobody else was faster. */
function makePassword(): void {
  const own = `${file}.${randomUUID()}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(own, randomBytes(24).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(own);
  }
}

/** Connection string of the superuser of a test cluster. */
export function getTestSuperuserUrl(port: number, database?: string): string {
  return getSuperuserUrl(port, getTestPassword(), database);
}
