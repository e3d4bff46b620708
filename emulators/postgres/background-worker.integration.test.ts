import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const waiting = { timeout: 50_000, interval: 50 };
let database: TestDatabase;
let workers: ChildProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  // As the migrations of a project do.
  await database.sql.unsafe(`
    create extension pg_cron with schema pg_catalog;
    create extension pg_net with schema extensions;`);
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await kill(worker);
  await database.drop();
});

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [path.join(import.meta.dirname, 'background-worker.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOCAL_SUPERUSER_URL: database.superuserUrl, LOCAL_END_WITH_STDIN: 'yes' },
  });
  workers.push(worker);
  await once(worker.stdout, 'data');
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

describe('cron jobs', () => {
  it('run every so many seconds as their owner, and each run is recorded', async () => {
    await database.sql`create table public.ticks (ran_as text)`;
    await database.sql`
      select cron.schedule('tick', '1 second', 'insert into public.ticks (ran_as) values (current_user)')`;
    await startWorker();
    await vi.waitFor(async () => {
      expect((await database.sql`select from public.ticks`).length).toBeGreaterThanOrEqual(3);
    }, waiting);
    const ticks = await database.sql`select distinct ran_as from public.ticks`;
    expect([...ticks]).toEqual([{ ran_as: 'postgres' }]);
    const gaps = await database.sql<{ gap: number }[]>`
      select extract(epoch from start_time - lag(start_time) over (order by runid))::float as gap
      from cron.job_run_details order by runid offset 1`;
    // Due times are exact to the millisecond.
    for (const { gap } of gaps) expect(gap).toBeGreaterThanOrEqual(0.999);
    const [run] = await database.sql`select * from cron.job_run_details order by runid limit 1`;
    expect(run).toMatchObject({ status: 'succeeded', return_message: 'INSERT 1', username: 'postgres' });
    expect(run?.end_time.getTime()).toBeGreaterThanOrEqual(run?.start_time.getTime());
  });

  it('that fail are recorded with the reason and run again', async () => {
    await database.sql`select cron.schedule('broken', '1 second', 'select 1 / 0')`;
    await startWorker();
    await vi.waitFor(async () => {
      const runs =
        await database.sql`select return_message from cron.job_run_details where status = 'failed'`;
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs[0]?.return_message).toBe('ERROR: division by zero');
    }, waiting);
  });

  it('never overlap with themselves', async () => {
    await database.sql`create table public.spans (started timestamptz, ended timestamptz)`;
    await database.sql`
      select cron.schedule('slow', '1 second', $$
        insert into public.spans select clock_timestamp(), clock_timestamp() from pg_sleep(1.5)
      $$)`;
    await startWorker();
    await vi.waitFor(async () => {
      const runs = await database.sql`select from cron.job_run_details where status = 'succeeded'`;
      expect(runs.length).toBeGreaterThanOrEqual(2);
    }, waiting);
    const overlaps = await database.sql`
      select from cron.job_run_details a join cron.job_run_details b
        on a.runid < b.runid and b.start_time < a.end_time`;
    expect(overlaps).toHaveLength(0);
  });

  it('go on after the worker was killed in the middle of one, and the broken run is closed', async () => {
    await database.sql`select cron.schedule('long', '1 second', 'select pg_sleep(60)')`;
    const first = await startWorker();
    await vi.waitFor(async () => {
      expect(await database.sql`select from cron.job_run_details where status = 'running'`).toHaveLength(1);
    }, waiting);
    await kill(first);
    await database.sql`select cron.schedule('long', '1 second', 'select 1')`;
    await startWorker();
    await vi.waitFor(async () => {
      const runs = await database.sql`select status, return_message from cron.job_run_details order by runid`;
      expect(runs[0]).toEqual({ status: 'failed', return_message: 'worker restarted' });
      expect(runs.at(-1)?.status).toBe('succeeded');
    }, waiting);
  });

  it('are run by one worker when two are started', async () => {
    await startWorker();
    const second = spawn(process.execPath, [path.join(import.meta.dirname, 'background-worker.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LOCAL_SUPERUSER_URL: database.superuserUrl },
    });
    workers.push(second);
    const isReady = once(second.stdout, 'data');
    await vi.waitFor(async () => {
      const waiters = await database.admin`
        select from pg_locks where locktype = 'advisory' and not granted and database =
          (select oid from pg_database where datname = current_database())`;
      expect(waiters).toHaveLength(1);
    }, waiting);
    if (workers[0]) await kill(workers[0]);
    await isReady;
  });
});

describe('scheduling', () => {
  it('replaces a job of the same name and rejects invalid schedules', async () => {
    const [first] = await database.sql`select cron.schedule('job', '5 seconds', 'select 1') as id`;
    const [second] = await database.sql`select cron.schedule('job', '*/5 * * * *', 'select 2') as id`;
    expect(second?.id).toBe(first?.id);
    expect(await database.sql`select schedule, command from cron.job`).toEqual([
      { schedule: '*/5 * * * *', command: 'select 2' },
    ]);
    for (const schedule of ['60 seconds', '* * *', 'tomorrow']) {
      const refused = database.sql`select cron.schedule('other', ${schedule}, 'select 1')`;
      await expect(refused).rejects.toThrow('invalid schedule');
    }
    await database.sql`select cron.unschedule('job')`;
    await expect(database.sql`select cron.unschedule('job')`).rejects.toThrow('could not find valid entry');
  });

  it('lets migrations read the jobs but not write them past the functions', async () => {
    await expect(database.sql`delete from cron.job`).rejects.toThrow('permission denied');
  });
});

describe('queued requests', () => {
  let server: Server;
  let requests: { method: string; url: string; type: string | undefined; body: string }[];
  let url: string;
  let isSilent: boolean;

  beforeEach(async () => {
    requests = [];
    isSilent = false;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const { method = '', url: target = '', headers } = request;
        requests.push({ method, url: target, type: headers['content-type'], body });
        if (!isSilent) response.writeHead(201, { 'content-type': 'text/plain' }).end('made');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('are sent after commit, and the answer is kept', async () => {
    await startWorker();
    await database.sql
      .begin(async (transaction) => {
        await transaction`select net.http_post(${`${url}/rolled-back`})`;
        await transaction`select pg_sleep(0.3)`;
        throw new Error('roll back');
      })
      .catch(() => {});
    const [request] = await database.sql`
      select net.http_post(${`${url}/in`}, '{"a": "ż"}', '{"q": "x y&z"}', '{"x-key": "k"}') as id`;
    await vi.waitFor(async () => {
      const [answer] = await database.sql`select * from net._http_response where id = ${request?.id}`;
      expect(answer).toMatchObject({ status_code: 201, content: 'made', timed_out: false, error_msg: null });
    }, waiting);
    expect(requests).toEqual([
      { method: 'POST', url: '/in?q=x%20y%26z', type: 'application/json', body: '{"a": "ż"}' },
    ]);
    expect(await database.sql`select from net.http_request_queue`).toHaveLength(0);
  });

  it('that time out or reach nobody are answered with the reason', async () => {
    isSilent = true;
    await startWorker();
    const [slow] = await database.sql`select net.http_get(${url}, timeout_milliseconds => 100) as id`;
    const [lost] = await database.sql`select net.http_get('http://127.0.0.1:1/') as id`;
    await vi.waitFor(async () => {
      const answers = await database.sql`
        select id, timed_out, error_msg, status_code from net._http_response order by id`;
      expect(answers).toHaveLength(2);
      expect(answers[0]).toMatchObject({ id: slow?.id, timed_out: true, status_code: null });
      expect(answers[1]).toMatchObject({ id: lost?.id, timed_out: false, status_code: null });
      expect(answers[1]?.error_msg).toBeTruthy();
    }, waiting);
  });

  it('are each sent at most once, whenever the worker is killed', async () => {
    await database.sql`
      select net.http_post(${url}, jsonb_build_object('n', n)) from generate_series(1, 600) as n`;
    const first = await startWorker();
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(20), { ...waiting, interval: 1 });
    await kill(first);
    await startWorker();
    await vi.waitFor(async () => {
      expect(await database.sql`select from net.http_request_queue`).toHaveLength(0);
    }, waiting);
    await vi.waitFor(async () => {
      const [last] = await database.sql`select from net._http_response where id = 600`;
      expect(last).toBeDefined();
      expect(requests.length).toBeGreaterThan(300);
    }, waiting);
    const bodies = requests.map((request) => request.body);
    expect(new Set(bodies).size).toBe(bodies.length);
  });
});
