import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function emit(count: number): Promise<void> {
  await database.sql`
    insert into platform.outbox (name, data)
    select 'test/thing.happened', jsonb_build_object('number', number) from generate_series(1, ${count}::int) as number`;
}

async function claim(max: number): Promise<{ id: string; data: { number: number } }[]> {
  return database.sql<
    { id: string; data: { number: number } }[]
  >`select * from public.claim_outbox_events(${max})`;
}

async function configureRelay(): Promise<void> {
  await database.sql`select vault.create_secret('http://127.0.0.1:9/functions/v1/', 'functions_url')`;
  await database.sql`select vault.create_secret('sb_secret_test', 'secret_key')`;
}

test('events are claimed in order, each by one relay', async () => {
  await emit(50);
  const claimed = await Promise.all(Array.from({ length: 5 }, () => claim(10)));
  const numbers = claimed.map((events) => events.map(({ data }) => data.number));
  for (const batch of numbers) expect(batch).toEqual([...batch].sort((a, b) => a - b));
  expect(new Set(numbers.flat()).size).toBe(50);
  expect(await claim(10)).toHaveLength(0);
});

test('an event claimed by a dead relay returns when its claim has ended', async () => {
  await emit(1);
  const [first] = await claim(1);
  await database.sql`update platform.outbox set claimed_until = now() - interval '1 second'`;
  const [second] = await claim(1);
  expect(second?.id).toBe(first?.id);
});

test('sent events never return, released ones wait longer each time, but never long', async () => {
  await emit(2);
  const [sent, failed] = await claim(2);
  await database.sql`select public.mark_outbox_events_sent(array[${sent?.id ?? ''}]::uuid[])`;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    // In one transaction, so time stands still.
    await database.sql.begin(async (sql) => {
      await sql`select public.release_outbox_events(array[${failed?.id ?? ''}, ${sent?.id ?? ''}]::uuid[])`;
      const [row] = await sql<{ wait: number }[]>`
        select extract(epoch from claimed_until - now())::float8 as wait from platform.outbox where sent_at is null`;
      waits.push(row?.wait ?? 0);
    });
    await database.sql`update platform.outbox set claimed_until = now() where sent_at is null`;
    expect((await claim(10)).map(({ id }) => id)).toEqual([failed?.id]);
  }
  expect(waits).toEqual([2, 4, 8, 16, 30, 30, 30]);
});

test('a poison event does not delay its neighbours', async () => {
  await emit(10);
  const sent: number[] = [];
  for (let round = 0; round < 40 && sent.length < 9; round += 1) {
    await database.sql`update platform.outbox set claimed_until = now() - interval '1 second'`;
    const events = await claim(16);
    const ids = events.map(({ id }) => id);
    if (events.some(({ data }) => data.number === 4)) {
      await database.sql`select public.release_outbox_events(${ids})`;
    } else {
      await database.sql`select public.mark_outbox_events_sent(${ids})`;
      sent.push(...events.map(({ data }) => data.number).filter((number) => number <= 10));
    }
  }
  expect(sent.sort((a, b) => a - b)).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10]);
});

test('a failed call to the relay does not fail the command', async () => {
  await configureRelay();
  await database.admin`alter table net.http_request_queue add constraint broken check (false)`;
  await database.sql`select platform.emit_event('test/thing.happened', '{}')`;
  expect(await claim(10)).toHaveLength(1);
});

test('a transaction calls the relay once, however many events it writes', async () => {
  await configureRelay();
  await database.sql.begin(async (transaction) => {
    for (let count = 0; count < 5; count += 1) {
      await transaction`select platform.emit_event('test/thing.happened', '{}')`;
    }
  });
  await database.sql`select platform.emit_event('test/thing.happened', '{}')`;
  const requests = await database.sql`select url, headers ->> 'apikey' as key from net.http_request_queue`;
  expect([...requests]).toEqual(
    Array.from({ length: 2 }, () => ({
      url: 'http://127.0.0.1:9/functions/v1/relay',
      key: 'sb_secret_test',
    })),
  );
});

test('a call rolled back with its savepoint does not suppress the next', async () => {
  await configureRelay();
  await database.sql.begin(async (transaction) => {
    await transaction
      .savepoint(async (savepoint) => {
        await savepoint`select platform.emit_event('test/thing.happened', '{}')`;
        throw new Error('no');
      })
      .catch(() => undefined);
    await transaction`select platform.emit_event('test/thing.happened', '{}')`;
  });
  expect(await database.sql`select from net.http_request_queue`).toHaveLength(1);
});

test('without a configured relay events are kept and the sweep reports it', async () => {
  await emit(1);
  expect(await database.sql`select from net.http_request_queue`).toHaveLength(0);
  await expect(database.sql`select platform.sweep_outbox()`).rejects.toThrow(/relay is not configured/);
});

test('the sweep calls only when unclaimed events wait', async () => {
  await configureRelay();
  const sweep = async () => (await database.sql`select platform.sweep_outbox() as poked`)[0]?.poked;
  expect(await sweep()).toBe(false);
  await emit(1);
  expect(await sweep()).toBe(true);
  await claim(1);
  expect(await sweep()).toBe(false);
});

test.each(['nonsense', 'a/b', 'A/b.c'])('%s is not an event name', async (name) => {
  await expect(database.sql`select platform.emit_event(${name}, '{}')`).rejects.toThrow(/outbox_name_check/);
});

test('old rows are purged, unsent events are not', async () => {
  await emit(2);
  await database.sql`update platform.outbox set sent_at = now() - interval '8 days' where seq = 1`;
  await database.sql`select platform.purge_old_rows()`;
  expect(await database.sql`select from platform.outbox`).toHaveLength(1);
});

test('the scheduled jobs exist and run', async () => {
  await configureRelay();
  await emit(1);
  const jobs = await database.sql<
    { jobname: string; command: string }[]
  >`select jobname, command from cron.job`;
  for (const name of [
    'refresh-boards',
    'close-periods',
    'sweep-outbox',
    'expire-credit-requests',
    'expire-credit-lots',
    'purge-old-rows',
  ]) {
    const job = jobs.find(({ jobname }) => jobname === name);
    expect(job, name).toBeDefined();
    await database.sql.unsafe(job?.command ?? '');
  }
});
