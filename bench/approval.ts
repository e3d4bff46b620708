// How long an approval takes until the requester's message is in Discord, and where the time goes. On a whole stack:
// edge functions, engine, worker and sandbox are processes of their own, as in production.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { z } from 'zod';
import { userIds } from '#dev/seed/discord-community.ts';
import { startTestStack } from '#dev/tests/provide-test-stack.ts';
import { changePolicy } from '../supabase/tests/credits/credit-stage.ts';
import type { Row } from './report.ts';

const approvalCount = 60;
const warmUpCount = 10;
const pollMs = 20;
const waitMsMax = 30_000;
const targetMs = 500;
/** Discord counts milliseconds from the first of 2015. */
const discordEpochMs = 1_420_070_400_000;

const messages = z.object({ messages: z.array(z.looseObject({ id: z.string() })) });
const run = z.object({ started_at: z.coerce.date(), step_at: z.coerce.date(), received_at: z.coerce.date() });

/** The times of one approval, in the order in which they pass. */
interface Approval {
  sent: number;
  committed: number;
  received: number;
  called: number;
  stepped: number;
  delivered: number;
}

const hops: readonly (readonly [name: string, from: keyof Approval, to: keyof Approval])[] = [
  ['the decision and the transfer, in one transaction', 'sent', 'committed'],
  ['outbox, pg_net and relay to the engine', 'committed', 'received'],
  ['engine to the first call of the worker', 'received', 'called'],
  ['the call that plans, to the call that runs the step', 'called', 'stepped'],
  ['the step: two reads, and two requests to Discord', 'stepped', 'delivered'],
];

async function waitFor<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  const endMs = Date.now() + waitMsMax;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > endMs) throw new Error('It did not happen in time.');
    await delay(pollMs);
  }
}

function createApprovals(sql: postgres.Sql, sandboxUrl: string) {
  async function findMessage(text: string): Promise<number | undefined> {
    const response = await fetch(`${sandboxUrl}/_sandbox/dms/${userIds.pia}`);
    const found = messages
      .parse(await response.json())
      .messages.find((message) => JSON.stringify(message).includes(text));
    return found && Number(BigInt(found.id) >> 22n) + discordEpochMs;
  }

  /** A pending request whose card is posted, so that nothing of it is still under way. */
  async function request(player: string): Promise<string> {
    await sql`delete from platform.rate_limits`;
    const [made] = await sql<{ id: string }[]>`
      select public.request_credits('ai', 1, ${`Bench ${randomUUID()}`}, ${randomUUID()}, ${player}) ->> 'id' as id`;
    const id = made?.id ?? '';
    await waitFor(async () => {
      const [posted] = await sql`
        select 1 from platform.workflow_runs
        where function_id = 'post-request-card' and cause_id = ${id} and status = 'completed'`;
      return posted;
    });
    return id;
  }

  return async (player: string, approver: string): Promise<Approval> => {
    const id = await request(player);
    const comment = `bench-${randomUUID()}`;
    const sent = Date.now();
    await sql`select public.decide_credit_request(${id}, 'approve', ${comment}, ${randomUUID()}, ${approver})`;
    const committed = Date.now();
    const delivered = await waitFor(() => findMessage(comment));
    const told = await waitFor(async () => {
      const [row] = await sql`
        select runs.started_at, step.started_at as step_at, events.received_at
        from platform.workflow_runs as runs
        join platform.workflow_steps as step on step.run_id = runs.run_id and step.name = 'tell-requester'
        join inngest_local.events on events.body ->> 'id' = runs.event_id
        where runs.function_id = 'announce-request-decision' and runs.cause_id = ${id}
          and runs.status = 'completed'`;
      return row && run.parse(row);
    });
    const times = { received: told.received_at, called: told.started_at, stepped: told.step_at };
    const { received, called, stepped } = times;
    return {
      ...{ sent, committed, delivered },
      ...{ received: received.getTime(), called: called.getTime(), stepped: stepped.getTime() },
    };
  };
}

function pick(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Approvals one after the other. All processes share the clock of this machine. */
export async function benchApproval(): Promise<Row[]> {
  const { provided, stop } = await startTestStack();
  const sql = postgres(provided.superuserUrl, { max: 1, onnotice: () => {} });
  try {
    const limits = { pending_count_max: 100, period_amount_max: 1_000_000, second_approval_above: null };
    await changePolicy({ sql }, limits);
    const [people] = await sql<{ player: string; approver: string }[]>`
      select
        (select id from public.profiles where username = 'pia') as player,
        (select id from public.profiles where username = 'max') as approver`;
    if (!people) throw new Error('The stack has no pia or max.');
    const approve = createApprovals(sql, `http://127.0.0.1:${provided.ports.discord}`);
    const approvals: Approval[] = [];
    for (let count = 0; count < warmUpCount + approvalCount; count += 1) {
      const approval = await approve(people.player, people.approver);
      if (count >= warmUpCount) approvals.push(approval);
    }
    const whole = approvals.map(({ sent, delivered }) => delivered - sent);
    return [
      {
        name: 'approval: until the message is in Discord',
        value: pick(whole, 0.5),
        unit: 'ms',
        target: targetMs,
      },
      { name: 'approval: the same, 95th percentile', value: pick(whole, 0.95), unit: 'ms' },
      ...hops.map(([name, from, to]) => ({
        name: `approval: ${name}`,
        value: pick(
          approvals.map((approval) => approval[to] - approval[from]),
          0.5,
        ),
        unit: 'ms',
      })),
    ];
  } finally {
    await sql.end();
    await stop();
  }
}
