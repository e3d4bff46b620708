import type postgres from 'postgres';
import type { Passwords } from '../auth-context.ts';
import { AuthError } from '../auth-error.ts';

/** A hash of the usual cost that matches no password. */
const nobodysHash = `$2a$10$${'.'.repeat(53)}`;

/** bcrypt as in GoTrue, computed by Postgres, so hashes from `crypt()` in SQL work as well. */
export function createPasswords(admin: postgres.Sql): Passwords {
  return {
    hash: async (password) => {
      const [row] = await admin<{ hash: string }[]>`
        select extensions.crypt(${password}, extensions.gen_salt('bf', 10)) as hash`;
      if (!row) throw new Error('Postgres gave no hash.');
      return row.hash;
    },
    matches: async (password, hash) => {
      const known = hash?.startsWith('$2') ? hash : nobodysHash;
      const [row] = await admin<{ matches: boolean }[]>`
        select extensions.crypt(${password}, ${known}) = ${known} as matches`;
      return known === hash && (row?.matches ?? false);
    },
  };
}

/** Throws if a new password is too short or longer than bcrypt can distinguish. */
export function checkPasswordStrength(password: string, minimumLength: number): void {
  if (password.length < minimumLength) {
    throw new AuthError(422, 'weak_password', `Password should be at least ${minimumLength} characters.`, {
      weak_password: { reasons: ['length'] },
    });
  }
  if (Buffer.byteLength(password) > 72) {
    throw new AuthError(400, 'validation_failed', 'Password cannot be longer than 72 characters');
  }
}
