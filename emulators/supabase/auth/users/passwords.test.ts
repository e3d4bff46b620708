import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

/** A connection that records what it is asked to compute, and rejects every password. */
function recordQueries() {
  const parameters: unknown[][] = [];
  const sql = new Proxy(postgres({ host: '127.0.0.1', port: 1 }), {
    apply: (_target, _self, [, ...values]: unknown[]) => {
      parameters.push(values);
      return Promise.resolve([{ matches: true }]);
    },
  });
  return { sql, parameters };
}

test.each([
  ['an account', `$2a$10$${'a'.repeat(53)}`],
  ['no account', null],
  ['an account with a hash of another kind', '$argon2id$v=19$m=65536'],
])('for %s one hash of the same cost is computed', async (_, hash) => {
  const { sql, parameters } = recordQueries();
  const isRight = await createPasswords(sql).matches('guess', hash);
  expect(parameters).toHaveLength(1);
  expect(String(parameters[0]?.[1])).toMatch(/^\$2a\$10\$.{53}$/);
  expect(isRight).toBe(hash?.startsWith('$2') ?? false);
});
