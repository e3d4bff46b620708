// Which events a claim takes, from rows in every state at one moment.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { Transaction } from '../personas.ts';
import { rehearse } from '../rehearse.ts';
import { due, endsNow, held, type OutboxRow, putOutboxRows } from './outbox-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function claim(sql: Transaction, max: number): Promise<number[]> {
  const claimed = await sql<{ seq: number }[]>`
    select outbox.seq::int from public.claim_outbox_events(${max}) with ordinality as claimed
    join platform.outbox on outbox.id = claimed.id order by claimed.ordinality`;
  return claimed.map(({ seq }) => seq);
}

const many = (count: number, rest: Omit<OutboxRow, 'seq'>): OutboxRow[] =>
  Array.from({ length: count }, (_, index) => ({ seq: index + 1, ...rest }));

describe('a claim takes', () => {
  test.each<[string, OutboxRow[], number, number[]]>([
    ['the oldest, in order, whatever order they lie in', [{ seq: 3 }, { seq: 1 }, { seq: 2 }], 2, [1, 2]],
    ['all in order', [{ seq: 3 }, { seq: 1 }, { seq: 2 }], 9, [1, 2, 3]],
    ['one when none is asked for', many(3, {}), 0, [1]],
    ['one when one is asked for', many(3, {}), 1, [1]],
    ['nothing that was sent', [{ seq: 1, isSent: true }, { seq: 2 }], 9, [2]],
    ['nothing that is held', [{ seq: 1, attempts: 1, claim: held }, { seq: 2 }], 9, [2]],
    ['nothing whose claim ends at this moment', [{ seq: 1, attempts: 1, claim: endsNow }], 9, []],
    ['what a relay held too long', [{ seq: 1, attempts: 2, claim: due }], 9, [1]],
    [
      'what was tried twice before what is in doubt',
      [
        { seq: 1, attempts: 3 },
        { seq: 2, attempts: 2 },
      ],
      9,
      [2],
    ],
    ['of what was tried three times half as many', many(10, { attempts: 3 }), 16, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['of what was tried four times a quarter', many(10, { attempts: 4 }), 16, [1, 2, 3, 4]],
    ['of what was tried five times an eighth', many(10, { attempts: 5 }), 16, [1, 2]],
    ['of what was tried often one', many(3, { attempts: 9 }), 16, [1]],
    ['of what was tried very often one', many(3, { attempts: 60 }), 1000, [1]],
    [
      'the oldest in doubt first',
      [
        { seq: 2, attempts: 3 },
        { seq: 1, attempts: 3 },
      ],
      2,
      [1],
    ],
    [
      'the least tried in doubt',
      [
        { seq: 1, attempts: 5 },
        { seq: 2, attempts: 4 },
      ],
      16,
      [2],
    ],
    ['nothing in doubt that is held', [{ seq: 1, attempts: 3, claim: held }], 16, []],
    ['nothing in doubt at the end of its wait', [{ seq: 1, attempts: 3, claim: endsNow }], 16, []],
    [
      'what is due while as often tried ones are held',
      [
        { seq: 1, attempts: 3, claim: held },
        { seq: 2, attempts: 3 },
      ],
      16,
      [2],
    ],
    [
      'what is due and not what ends its wait at this moment',
      [
        { seq: 1, attempts: 3, claim: endsNow },
        { seq: 2, attempts: 3 },
      ],
      16,
      [2],
    ],
    [
      'what is due while less often tried ones are held',
      [
        { seq: 1, attempts: 3, claim: held },
        { seq: 2, attempts: 4 },
      ],
      16,
      [2],
    ],
    [
      'what is due while less often tried ones end their wait at this moment',
      [
        { seq: 1, attempts: 3, claim: endsNow },
        { seq: 2, attempts: 4 },
      ],
      16,
      [2],
    ],
    [
      'what is in doubt while fresh ones are held',
      [
        { seq: 1, attempts: 1, claim: held },
        { seq: 2, attempts: 3 },
      ],
      16,
      [2],
    ],
    [
      'what is in doubt although less tried ones were sent',
      [
        { seq: 1, attempts: 1, isSent: true },
        { seq: 2, attempts: 3, isSent: true },
        { seq: 3, attempts: 4 },
      ],
      16,
      [3],
    ],
    [
      'nothing sent from among those in doubt',
      [
        { seq: 1, attempts: 3, claim: due, isSent: true },
        { seq: 2, attempts: 3 },
      ],
      16,
      [2],
    ],
  ])('%s', async (_, rows, max, expected) => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, rows);
      expect(await claim(sql, max)).toEqual(expected);
    });
  });

  test.each([
    [0, 1001, 5000, 1000],
    [3, 501, 5000, 500],
  ])('of those tried %i times, %i in number, of %i at most %i', async (attempts, count, max, expected) => {
    await rehearse(database, async (sql) => {
      await sql`
        insert into platform.outbox (name, data, attempts, claimed_until)
        select 'test/thing.happened', '{}', ${attempts}, now() - interval '1 second'
        from generate_series(1, ${count}::int)`;
      expect(await claim(sql, max)).toHaveLength(expected);
    });
  });

  test('thirty seconds and one attempt for what it takes, and nothing from the others', async () => {
    await rehearse(database, async (sql) => {
      await putOutboxRows(sql, many(2, { attempts: 1 }));
      await claim(sql, 1);
      const rows = await sql`
        select seq::int, attempts, extract(epoch from claimed_until - now())::int as claim, sent_at
        from platform.outbox order by seq`;
      expect([...rows]).toEqual([
        { seq: 1, attempts: 2, claim: 30, sent_at: null },
        { seq: 2, attempts: 1, claim: due, sent_at: null },
      ]);
    });
  });

  test.each([0, 3])('what nobody else is claiming, without a wait: tried %i times', async (attempts) => {
    const table = many(4, { attempts });
    try {
      await database.sql.begin((sql) => putOutboxRows(sql, table));
      await rehearse(database, async (first) => {
        expect(await claim(first, attempts === 0 ? 1 : 2)).toEqual([1]);
        await rehearse(database, async (second) => {
          await second`set local lock_timeout = '2s'`;
          expect(await claim(second, attempts === 0 ? 2 : 4)).toEqual([2, 3]);
        });
      });
    } finally {
      await database.sql`delete from platform.outbox`;
    }
  });
});
