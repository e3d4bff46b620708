import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { CHANNEL_IDS } from '#local/discord/seed.ts';
import { controlStack } from '#local/test-stack-control.ts';
import { Person } from './support/person.ts';
import { Sandbox } from './support/sandbox.ts';
import { ScoreApi } from './support/score-api.ts';
import { waitUntil } from './support/wait-until.ts';

const stack = inject('stack');
const sandbox = new Sandbox(`http://127.0.0.1:${stack.ports.discord}`);
const api = new ScoreApi(stack.environment.SUPABASE_URL ?? '', stack.secrets.api_key);
const recoveryMs = 140_000;

/**
 * Asks the database until it answers, each time over a connection of its own: a pool that saw the server die does not
 * always come back.
 */
function sql(strings: TemplateStringsArray, ...values: string[]): Promise<postgres.RowList<postgres.Row[]>> {
  const ask = async () => {
    const connection = postgres(stack.superuserUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 });
    try {
      return await connection(strings, ...values);
    } finally {
      await connection.end({ timeout: 1 });
    }
  };
  return waitUntil('the database answers', ask, recoveryMs);
}

beforeAll(async () => {
  // Staff take no titles otherwise; here they compete for one.
  await sql`update public.profiles set is_ranked = true where username in ('ada', 'max')`;
});

/** What DealScale's backend does: the same batch again until it is taken. */
async function reportUntilTaken(events: Parameters<ScoreApi['report']>[0]): Promise<void> {
  await waitUntil('the batch is taken', async () => (await api.report(events)).refused === 0, recoveryMs);
}

async function findPlayer(username: string): Promise<string> {
  const [row] = await sql`select id from public.profiles where username = ${username}`;
  return String(row?.id);
}

async function readScore(player_id: string): Promise<number> {
  return (await api.readStanding(player_id))?.score ?? 0;
}

/** Path 1: a score event reaches the board, the API and Discord, once. */
function startScorePath(player_id: string, before: number) {
  const events = Array.from({ length: 5 }, () => ({
    external_id: randomUUID(),
    player_id,
    metric: 'deal_closed',
    units: 1,
    occurred_at: new Date().toISOString(),
  }));
  const reporting = reportUntilTaken(events);
  return async (): Promise<void> => {
    await reporting;
    await reportUntilTaken(events);
    await waitUntil(
      'the board shows it',
      async () => {
        await sql`call private.refresh_due_boards()`;
        return (await readScore(player_id)) === before + 500;
      },
      recoveryMs,
    );
    const answer = await sandbox.useCommand('pia', 'leaderboard');
    expect(answer.state).toBe('answered');
  };
}

/** Path 2: a newcomer signs in with Discord, and is one account with one link. */
function startSignInPath(person: Person) {
  const first = person.signInWithDiscord().catch(() => false);
  return async (): Promise<void> => {
    await first;
    await waitUntil('the newcomer is signed in', () => person.signInWithDiscord(), recoveryMs);
    const [row] = await sql`select count(*)::int as found from auth.identities
      where provider = 'discord' and identity_data ->> 'full_name' = ${person.username}`;
    expect(row?.found).toBe(1);
    await waitUntil('the link is made', async () => {
      const links = await sql`select 1 from public.discord_links where discord_username = ${person.username}`;
      return links.length === 1;
    });
  };
}

/** Path 3: a request becomes one card, one decision, one transfer and one direct message. */
function startRequestPath(player_id: string) {
  const reason = `Recovery ${randomUUID()}`;
  const ask = () =>
    sandbox.useCommand('pia', 'request', { type: 'lead', amount: 3, reason }).catch(() => null);
  const findRequests = () => sql`select id from public.credit_requests where reason = ${reason}`;
  const isWrittenDown = async () =>
    (await sql`select from private.interactions where payload::text like ${`%${reason}%`}`).length > 0;
  const asking = ask();
  return async (): Promise<void> => {
    await asking;
    await waitUntil(
      'the request is there',
      async () => {
        // What was written down is completed without the person; else they were told to try again.
        const isUnderWay = await isWrittenDown();
        if ((await findRequests()).length > 0) return true;
        if (!isUnderWay) await ask();
        return false;
      },
      recoveryMs,
    );
    const card = await waitUntil('a card is posted', () => findCard(reason), recoveryMs);
    const requests = await findRequests();
    expect(requests).toHaveLength(1);
    const request_id = String(requests[0]?.id);
    await waitUntil(
      'somebody decided',
      async () => {
        await sandbox.click('max', card.id, `req-approve:v1:${request_id}`);
        const [row] = await sql`select state from public.credit_requests where id = ${request_id}`;
        return row?.state === 'approved';
      },
      recoveryMs,
    );
    await waitUntil(
      'the card says who decided',
      async () => (await findCard(reason))?.text.includes('Max'),
      recoveryMs,
    );
    await waitUntil('the player is told', async () => (await countMessages('pia', reason)) > 0, recoveryMs);
    expect(
      (await sandbox.readChannel(CHANNEL_IDS.approvals)).filter(({ text }) => text.includes(reason)),
    ).toHaveLength(1);
    expect(await countMessages('pia', reason)).toBe(1);
    const transfers = await sql`select 1 from public.credit_transfers where request_id = ${request_id}`;
    expect(transfers).toHaveLength(1);
    expect(player_id).toBeTruthy();
  };
}

async function findCard(reason: string): Promise<{ id: string; text: string } | undefined> {
  return (await sandbox.readChannel(CHANNEL_IDS.approvals)).find(({ text }) => text.includes(reason));
}

async function countMessages(user: string, reason: string): Promise<number> {
  return (await sandbox.readDirectMessages(user)).filter((text) => text.includes(reason)).length;
}

/** Path 4: the first place changes hands and the Champion role follows, held by one at any end. */
function startChampionPath(winner: string, loser: string, units: number) {
  const moving = (async () => {
    const player_id = await findPlayer(winner);
    const event = { external_id: randomUUID(), occurred_at: new Date().toISOString() };
    await reportUntilTaken([{ ...event, player_id, metric: 'deal_closed', units }]);
  })();
  return async (): Promise<void> => {
    await moving;
    await waitUntil(
      `${winner} alone is Champion`,
      async () => {
        await sql`call private.refresh_due_boards()`;
        const [winning, losing] = await Promise.all([sandbox.readRoles(winner), sandbox.readRoles(loser)]);
        return winning.includes('Champion') && !losing.includes('Champion');
      },
      recoveryMs,
    );
  };
}

describe('a part that is killed while all four paths are under way', () => {
  test.each([
    ['postgres', 'ada', 'max', 100_000],
    ['inngest', 'max', 'ada', 200_000],
    ['edge-functions', 'ada', 'max', 300_000],
    ['discord', 'max', 'ada', 400_000],
  ] as const)(
    '%s: after its restart every path completes, once',
    async (part, winner, loser, units) => {
      const newcomer = await Person.create(sandbox, stack.environment.PUBLIC_WEB_URL ?? '');
      const scorer = await findPlayer('quinn');
      const before = await readScore(scorer);
      const pia = await findPlayer('pia');
      const paths = [
        startScorePath(scorer, before),
        startSignInPath(newcomer),
        startRequestPath(pia),
        startChampionPath(winner, loser, units),
      ];
      await controlStack(stack.controlUrl, 'kill', part);
      await controlStack(stack.controlUrl, 'waitUntilReady', part);
      await Promise.all(paths.map((complete) => complete()));
    },
    300_000,
  );
});
