import { expect, test } from 'vitest';
import { findImportViolations } from './check-imports.ts';

const check = (file: string, source: string) => findImportViolations([file], () => source);

test('a rule that reaches for storage is refused', () => {
  expect(check('domain/leaderboard/tier.ts', "import { x } from '#store/outcome.ts';")).toHaveLength(1);
});

test('an entry point that reaches into another is refused', () => {
  expect(
    check('functions/credits/post-card.ts', "import { x } from '../../supabase/functions/api/index.ts';"),
  ).toHaveLength(1);
  expect(check('web/src/hooks.server.ts', "import { x } from '#bot/gateway.ts';")).toHaveLength(1);
});

test('the product never reaches into the embedded stack, in any spelling', () => {
  expect(check('bot/transport/rest.ts', "import type { x } from '../../dev/stack/ports.ts';")).toHaveLength(
    1,
  );
  expect(check('bot/transport/rest.ts', "const x = await import('../../dev/stack/ports.ts');")).toHaveLength(
    1,
  );
  expect(check('bot/transport/rest.ts', "export { x } from '../../dev/stack/ports.ts';")).toHaveLength(1);
});

test('imports along the direction pass', () => {
  expect(
    check('supabase/store/outcome.ts', "import type { Outcome } from '#domain/platform/refusal.ts';"),
  ).toEqual([]);
  expect(check('web/src/lib/x.ts', "import { a } from '#store/outcome.ts';\nimport b from 'zod';")).toEqual(
    [],
  );
});
