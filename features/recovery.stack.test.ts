import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { channelIds, roleIds } from '#dev/seed/discord-community.ts';
import { controlStack } from '#dev/tests/test-stack-control.ts';
import { holdRefresh } from './support/hold-refresh.ts';
import { Person } from './support/person.ts';
import { Sandbox } from './support/sandbox.ts';
import { ScoreApi } from './support/score-api.ts';
import { waitUntil } from './support/wait-until.ts';
import { type HolderWatch, watchHolders } from './support/watch-holders.ts';

const stack = inject('stack');
const sandbox = new Sandbox(`http://127.0.0.1:${stack.ports.discord}`);
const api = new ScoreApi(stack.environment.SUPABASE_URL ?? '', stack.secrets.api_key);
const title = 'Champion';
const recoveryMs = 120_000;

/**
 * Polls the database until it answers, with a new connection each time: a pool that saw the server die does
 * not always recover.
 */
function sql(strings: TemplateStringsArray, ...values: string[]): Promise<postgres.RowList<postgres.Row[]>> {
  const ask = async () => {
    // Type fetching is disabled, because it would hang while the server is killed.
    const options = { max: 1, onnotice: () => {}, connect_timeout: 5, fetch_types: false };
    const connection = postgres(stack.superuserUrl, options);
    try {
      return await connection(strings, ...values);
    } finally {
      await connection.end({ timeout: 1 });
    }
  };
  return waitUntil('the database answers', ask, recoveryMs);
}

let watch: HolderWatch;

beforeAll(async () => {
  // Staff normally take no titles; here they compete for one.
  await sql`update public.profiles set is_ranked = true where username in ('ada', 'max')`;
  await reportDeals('max', 50_000);
  await waitUntilAlone('max');
  watch = watchHolders(sandbox, title);
});
afterAll(() => watch?.stop());

/** Acts as DealScale's backend: sends the same batch until it is accepted. */
async function reportUntilTaken(events: Parameters<ScoreApi['report']>[0]): Promise<void> {
  await waitUntil('the batch is accepted', async () => (await api.report(events)).refused === 0, recoveryMs);
}

async function findPlayer(username: string): Promise<string> {
  const [row] = await sql`select id from public.profiles where username = ${username}`;
  return String(row?.id);
}

async function readScore(player_id: string): Promise<number> {
  return (await api.readStanding(player_id))?.score ?? 0;
}

async function reportDeals(username: string, units: number): Promise<void> {
  const player_id = await findPlayer(username);
  const event = { external_id: randomUUID(), occurred_at: new Date().toISOString() };
  await reportUntilTaken([{ ...event, player_id, metric: 'deal_closed', units }]);
}

async function refreshBoards(): Promise<void> {
  await sql`call leaderboard.refresh_due_boards()`;
}

async function waitUntilAlone(winner: string): Promise<void> {
  await waitUntil(
    `${winner} alone is ${title}`,
    async () => {
      await refreshBoards();
      return (await sandbox.readHolders(title)).join() === winner;
    },
    recoveryMs,
  );
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
        await refreshBoards();
        return (await readScore(player_id)) === before + 500;
      },
      recoveryMs,
    );
    // A restarted function loads on its first request, and Discord allows no time for that.
    const endpoint = `${stack.environment.SUPABASE_URL}/functions/v1/interactions`;
    await waitUntil('the endpoint is loaded', async () => (await fetch(endpoint)).status === 405, recoveryMs);
    const answer = await sandbox.useCommand('pia', 'leaderboard');
    expect(answer.state).toBe('answered');
  };
}

/**
 * Path 2: a newcomer signs in with Discord and becomes one account with one link. `asked` resolves at the
 * consent page.
 */
function startSignInPath(person: Person) {
  const asked = Promise.withResolvers<void>();
  const first = person.signInWithDiscord(asked.resolve).catch(() => false);
  const complete = async (): Promise<void> => {
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
  return { asked: asked.promise, complete };
}

/** Path 3, first half: a player requests credits, and one card is posted. */
function startRequestPath(reason: string) {
  const ask = () =>
    sandbox.useCommand('pia', 'request', { type: 'lead', amount: 3, reason }).catch(() => null);
  const findRequests = () => sql`select id from public.credit_requests where reason = ${reason}`;
  const isWrittenDown = async () =>
    (await sql`select from platform.interactions where payload::text like ${`%${reason}%`}`).length > 0;
  const asking = ask();
  return async (): Promise<{ request_id: string; card_id: string }> => {
    await asking;
    await waitUntil(
      'the request is there',
      async () => {
        // Stored requests are completed in the background; otherwise the player was told to try again.
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
    return { request_id: String(requests[0]?.id), card_id: card.id };
  };
}

/** Path 3, second half: one decision, one transfer and one direct message. */
function startDecision(reason: string, { request_id, card_id }: { request_id: string; card_id: string }) {
  const approve = () => sandbox.click('max', card_id, `req-approve:v1:${request_id}`).catch(() => null);
  const first = approve();
  return async (): Promise<void> => {
    await first;
    await waitUntil(
      'somebody decided',
      async () => {
        const [row] = await sql`select state from public.credit_requests where id = ${request_id}`;
        if (row?.state !== 'approved') await approve();
        return row?.state === 'approved';
      },
      recoveryMs,
    );
    const saysWho = async () => (await findCard(reason))?.text.includes('Max');
    await waitUntil('the card says who decided', saysWho, recoveryMs);
    await waitUntil('the player is told', async () => (await countMessages('pia', reason)) > 0, recoveryMs);
    const cards = await sandbox.readChannel(channelIds.approvals);
    expect(cards.filter(({ text }) => text.includes(reason))).toHaveLength(1);
    expect(await countMessages('pia', reason)).toBe(1);
    const transfers = await sql`select 1 from public.credit_transfers where request_id = ${request_id}`;
    expect(transfers).toHaveLength(1);
  };
}

async function findCard(reason: string): Promise<{ id: string; text: string } | undefined> {
  return (await sandbox.readChannel(channelIds.approvals)).find(({ text }) => text.includes(reason));
}

async function countMessages(user: string, reason: string): Promise<number> {
  return (await sandbox.readDirectMessages(user)).filter((text) => text.includes(reason)).length;
}

async function killAndWait(part: string): Promise<void> {
  await controlStack(stack.controlUrl, 'kill', part);
  await controlStack(stack.controlUrl, 'waitUntilReady', part);
}

describe('a process killed in the middle of every path', () => {
  test.each([
    ['postgres', 'ada', 100_000],
    ['inngest', 'max', 200_000],
    ['edge-functions', 'ada', 300_000],
    ['discord', 'max', 400_000],
  ] as const)(
    '%s: after each restart every path continues and completes, once',
    async (part, winner, units) => {
      const newcomer = await Person.create(sandbox, stack.environment.PUBLIC_WEB_URL ?? '');
      const scorer = await findPlayer('quinn');
      const reason = `Recovery ${randomUUID()}`;
      const before = await readScore(scorer);

      // While events are reported, a card is being posted, and a person is asked for consent.
      const signIn = startSignInPath(newcomer);
      await signIn.asked;
      const score = startScorePath(scorer, before);
      const request = startRequestPath(reason);
      await killAndWait(part);
      const [card] = await Promise.all([request(), score(), signIn.complete()]);

      // After the card was posted and before the decision; in the middle of the refresh that changes the
      // leader.
      await reportDeals(winner, units);
      const goOn = await holdRefresh(stack.superuserUrl);
      await killAndWait(part);
      await goOn();

      // During the decision; after the old Champion lost the title and before the new one has it.
      await sandbox.delayNext('PUT', `/roles/${roleIds.champion}`, 1_500);
      await waitUntil(
        'nobody is Champion',
        async () => {
          await refreshBoards();
          return (await sandbox.readHolders(title)).length === 0;
        },
        recoveryMs,
      );
      const decision = startDecision(reason, card);
      await killAndWait(part);
      await Promise.all([decision(), waitUntilAlone(winner)]);
      watch.assertNeverTwo();
      await sandbox.clearFaults();
    },
    600_000,
  );
});
