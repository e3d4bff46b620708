// Every refusal of the credit commands, as the person reads it: status, code, what is wrong, and what to do.
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../personas.ts';
import { decideRequest, requestCredits } from './credit-stage.ts';

let database: TestDatabase;
let pia: Player;
let max: Player;
let ada: Player;
let ann: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  max = await createPlayer(database, 'max', 'manager');
  ada = await createPlayer(database, 'ada', 'admin');
  ann = await createPlayer(database, 'ann', 'admin');
  await database.sql`update platform.attempt_limits set limit_count = 100000`;
});
afterAll(() => database.drop());

async function describeRefusal(work: PromiseLike<unknown>): Promise<string> {
  try {
    await work;
    return 'not refused';
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    return [error.code, error.detail, error.message, error.hint ?? ''].join(' | ').trim();
  }
}

type Argument = string | number | Date | null;
async function run(by: Player, work: string, args: Argument[] = []): Promise<string> {
  const [row] = await runAs(database, by, (sql) =>
    sql.unsafe<{ id: string }[]>(
      `select coalesce(answer #>> '{transfer,id}', answer #>> '{request,id}') as id from (select ${work} as answer)`,
      args,
    ),
  );
  return row?.id ?? '';
}
const grant = (by: Player, to: Player, amount = 5, expires_at: Date | null = null) =>
  run(by, "public.grant_credits($1, 'ai', $2, 'Well earned', $3, $4)", [
    to.player_id,
    amount,
    randomUUID(),
    expires_at,
  ]);
const reverse = (by: Player, id: string) =>
  run(by, "public.reverse_credit_transfer($1, 'A mistake', $2)", [id, randomUUID()]);
const cancel = (by: Player, id: string) =>
  run(by, 'public.cancel_credit_request($1, $2)', [id, randomUUID()]);
async function serve(work: string, args: Argument[]): Promise<string> {
  const [row] = await database.sql.unsafe<{ id: string }[]>(
    `select public.${work} #>> '{transfer,id}' as id`,
    args,
  );
  return row?.id ?? '';
}
const take = (how: 'spend' | 'hold', amount: number) =>
  serve(`${how}_credits($1, 'ai', $2, 'An order', $3)`, [pia.player_id, amount, randomUUID()]);
const end = (hold: string, ending: string | null, amount: number | null = null) =>
  serve('end_credit_hold($1, $2, $3, $4)', [hold, ending, randomUUID(), amount]);
const setState = (id: string, values: string) =>
  database.sql.unsafe(`update public.credit_requests set ${values} where id = '${id}'`);

async function compare(file: string, refusals: Record<string, () => PromiseLike<unknown>>): Promise<void> {
  const lines: string[] = [];
  for (const [name, work] of Object.entries(refusals))
    lines.push(`${name}: ${await describeRefusal(work())}`);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(file);
}

test('refuses invalid grants, reversals, spends and holds', async () => {
  const granted = await grant(ada, pia, 20);
  const spent = await take('spend', 3);
  const hold = await take('hold', 4);
  const reversed = await take('spend', 1);
  await reverse(ada, reversed);
  const own = await grant(ann, ada, 5);
  const ended = await take('hold', 1);
  await end(ended, 'release');
  const large = await grant(ada, pia, 501);
  await decideRequest(database, max, large);
  const [paid] = await database.sql<{ id: string }[]>`
    select transfer_id as id from public.credit_requests where id = ${large}`;
  await reverse(ada, paid?.id ?? '');
  await compare('refusals-transfers.txt', {
    'a grant by a manager': () => grant(max, pia),
    'a grant to oneself': () => grant(ada, ada),
    'a grant that ended before it began': () => grant(ada, pia, 5, new Date(0)),
    'a grant of nothing': () => grant(ada, pia, 0),
    'a grant to nobody': () => grant(ada, { ...pia, player_id: randomUUID() }),
    'a reversal by a manager': () => reverse(max, spent),
    'a reversal of one’s own credits': () => reverse(ada, own),
    'a reversal of nothing': () => reverse(ada, randomUUID()),
    'a reversal of a hold': () => reverse(ada, hold),
    'a second reversal': () => reverse(ada, reversed),
    'a reversal that was proposed': () => reverse(ada, paid?.id ?? ''),
    'a reversal of what is spent': async () => {
      await take('spend', 513);
      return await reverse(ada, granted);
    },
    'spending too much': () => take('spend', 1_000),
    'a hold of too much': () => take('hold', 1_000),
    'a strange ending': () => end(hold, 'vanish'),
    'the end of no hold': () => end(spent, 'release'),
    'the end of more than was held': () => end(hold, 'release', 5),
    'the end of an ended hold': () => end(ended, 'capture'),
  });
});

test('refuses invalid requests, decisions and cancellations', async () => {
  const open = (by = pia) => requestCredits(database, by, 600).then(({ id }) => id);
  const expired = await open();
  await setState(expired, 'expires_at = now()');
  const cancelled = await open();
  await cancel(pia, cancelled);
  const rejected = await open();
  await decideRequest(database, max, rejected, { decision: 'reject' });
  const approved = await open();
  await decideRequest(database, max, approved);
  const own = await open(max);
  const decide = (by: Player, id: string, options = {}) => decideRequest(database, by, id, options);
  await compare('refusals-requests.txt', {
    'a decision by a player': () => decide(pia, approved),
    'a decision that is none': () => decide(max, approved, { decision: 'wait' }),
    'a decision with a long comment': () => decide(max, approved, { comment: 'x'.repeat(1_001) }),
    'a decision on nothing': () => decide(max, randomUUID()),
    'a decision on one’s own request': () => decide(max, own),
    'a second approval by the same person': () => decide(max, approved),
    'a decision after the last one': async () => {
      await decide(ada, approved);
      return await decide(ann, approved);
    },
    'a decision after a rejection': () => decide(ada, rejected),
    'a decision on a cancelled request': () => decide(max, cancelled),
    'a decision that comes too late': () => decide(max, expired),
    'cancelling the request of somebody else': () => cancel(ada, own),
    'cancelling twice': () => cancel(pia, cancelled),
    'requesting too much': () => requestCredits(database, pia, 1_001),
  });
});

test('refuses decisions when there are too few approvers', async () => {
  const { id } = await requestCredits(database, max, 10);
  const large = await requestCredits(database, pia, 700);
  const leave = (player: Player) =>
    database.sql`update public.profiles set left_at = now() where id = ${player.player_id}`;
  await leave(ann);
  await leave(ada);
  await compare('refusals-approvers.txt', {
    'a manager alone with the own request': () => decideRequest(database, max, id),
    'a manager alone with a large request': () => decideRequest(database, max, large.id),
    'a request by somebody who left': async () => {
      await leave(pia);
      return await requestCredits(database, pia, 5);
    },
  });
});
