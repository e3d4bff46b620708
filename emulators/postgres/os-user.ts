// Postgres refuses to run as root. As root, we run it under an existing account, so nothing is created on the
// machine.
import { readFileSync } from 'node:fs';

/** The numeric identity a child process runs under. */
export interface OsUser {
  uid: number;
  gid: number;
}

const candidateNames = ['postgres', 'nobody'];

/**
 * The account Postgres runs as: null if this process is not root (Postgres then runs as the caller). Throws
 * if root finds no suitable account.
 */
export function findPostgresUser(): OsUser | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of candidateNames) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account?.[2] && account[3]) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'Postgres cannot run as root and there is no account named postgres or nobody to run it as.',
  );
}
