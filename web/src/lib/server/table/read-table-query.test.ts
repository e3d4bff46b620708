import { expect, test } from 'vitest';
import { z } from 'zod';
import { readTableQuery } from './read-table-query.ts';

const options = {
  sorts: ['name', 'joined'],
  filters: z.object({
    q: z.string().max(20).optional().catch(undefined),
    role: z.enum(['player', 'manager']).optional().catch(undefined),
  }),
} as const;
const read = (search: string) => readTableQuery(new URL(`http://web/admin/players${search}`), options);

test('a table without parameters has its default order and no filters', () => {
  expect(read('')).toEqual({ sort: { by: 'name', isDescending: false }, after: undefined, filters: {} });
});

test('order, cursor and filters are read', () => {
  expect(read('?sort=-joined&after=abc&q=+wen+&role=manager')).toEqual({
    sort: { by: 'joined', isDescending: true },
    after: 'abc',
    filters: { q: 'wen', role: 'manager' },
  });
});

test.each(['?sort=-secret', '?role=owner', `?q=${'x'.repeat(21)}`, '?q=%00', '?/grant&q='])(
  'what is not valid in %s is left out',
  (search) => {
    const { sort, filters } = read(search);
    expect(sort).toEqual({ by: 'name', isDescending: false });
    expect(Object.values(filters).filter((value) => value !== undefined)).toEqual([]);
  },
);
