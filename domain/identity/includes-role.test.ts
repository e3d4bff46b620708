import { expect, test } from 'vitest';
import { includesRole } from './includes-role.ts';
import { playerRoles } from './vocabulary.ts';

test('each role includes itself and the lower ones', () => {
  const included = playerRoles.map((role) => playerRoles.filter((other) => includesRole(role, other)));
  expect(included).toEqual([['player'], ['player', 'manager'], ['player', 'manager', 'admin']]);
});
