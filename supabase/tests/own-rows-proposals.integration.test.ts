// What a player sees of a request about them and its decisions: for every kind, state and reader.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { decideRequest, requestCredits } from './credits/credit-stage.ts';
import { createPlayer, type Player } from './personas.ts';

let database: TestDatabase;
let people: Record<'pia' | 'quinn' | 'max', Player>;
beforeAll(async () => {
  database = await createTestDatabase();
  people = {
    pia: await createPlayer(database, 'pia'),
    quinn: await createPlayer(database, 'quinn'),
    max: await createPlayer(database, 'max', 'manager'),
  };
  const { id } = await requestCredits(database, people.pia, 10);
  await decideRequest(database, people.max, id);
});
afterAll(() => database.drop());

const kinds = ['request', 'grant', 'reversal'];
const states = ['pending', 'approved', 'rejected', 'cancelled', 'expired'];

test.each(kinds.flatMap((kind) => states.map((state) => ({ kind, state }))))(
  'a $kind that is $state',
  async ({ kind, state }) => {
    const isOwn = kind === 'request' || state === 'approved';
    for (const [name, isSeen] of [
      ['pia', isOwn],
      ['quinn', false],
      ['max', true],
    ] as const) {
      await database.admin.begin(async (sql) => {
        // The policies check only these two columns; the rest of the row does not matter here.
        await sql`alter table public.credit_requests drop constraint credit_requests_closed_check,
          drop constraint credit_requests_paid_check, drop constraint credit_requests_proposer_check,
          drop constraint credit_requests_reversal_check`;
        await sql`set local session_replication_role = replica`;
        await sql`update public.credit_requests set kind = ${kind}, state = ${state}`;
        const claims = { role: 'authenticated', sub: people[name].user_id };
        await sql`select set_config('role', 'authenticated', true),
          set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
        const seen = [
          await sql`select from public.credit_requests`,
          await sql`select from public.credit_decisions`,
        ];
        expect(
          seen.map(({ length }) => length),
          name,
        ).toEqual(isSeen ? [1, 1] : [0, 0]);
        await sql`rollback`;
      });
    }
  },
);
