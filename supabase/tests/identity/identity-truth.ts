import { expect } from 'vitest';
import type { TestDatabase } from '#dev/tests/test-database.ts';
import { describeLinkReturn } from '../../../web/src/routes/profile/describe-link-return.ts';
import { runAs } from '../personas.ts';
import type { AuthPlay, DiscordAccount } from './auth-play.ts';

/** The expected state of an account. */
interface User {
  user_id: string;
  player_id: string;
  email: string | null;
  /** Its Discord accounts, the most recently used one last. */
  accounts: string[];
  isWithdrawn: boolean;
}

/** The expected state, kept next to the actual one. */
export interface Truth {
  users: User[];
}

/** The actual state: the database, as changed by Auth. */
export interface Reality {
  database: TestDatabase;
  auth: AuthPlay;
  accounts: readonly DiscordAccount[];
  /** When this game began. */
  since: string;
}

export async function call(reality: Reality, persona: User | 'service_role', statement: string) {
  const [row] = await runAs(reality.database, persona, (transaction) =>
    transaction.unsafe(`select public.${statement} as answer`),
  );
  return row?.answer;
}

export const linkedAccount = (user: User): string | null =>
  user.isWithdrawn ? null : (user.accounts.at(-1) ?? null);
export const pick = (truth: Truth, index: number): User | undefined =>
  truth.users[index % truth.users.length];
const ownerOf = (truth: Truth, id: string) => truth.users.find(({ accounts }) => accounts.includes(id));

export function useAccount(user: User, id: string): void {
  user.accounts = [...user.accounts.filter((known) => known !== id), id];
  user.isWithdrawn = false;
}

export function forgetLink(user: User): void {
  if (user.email !== null) user.accounts = [];
  else user.isWithdrawn = user.accounts.length > 0;
}

export async function findPlayer(reality: Reality, user_id: string): Promise<string> {
  const [row] = await reality.database.sql`select id from public.profiles where user_id = ${user_id}`;
  return String(row?.id);
}

/** Every link matches Auth, each change was announced and recorded once, and the profile agrees. */
export async function compare(truth: Truth, reality: Reality): Promise<void> {
  const { sql } = reality.database;
  const ids = reality.accounts.map(({ id }) => id);
  const links = await sql`
    select player_id, discord_user_id from public.discord_links
    where discord_user_id = any (${ids}) order by discord_user_id`;
  const expected = truth.users.flatMap((user) => {
    const discord_user_id = linkedAccount(user);
    return discord_user_id ? [{ player_id: user.player_id, discord_user_id }] : [];
  });
  expect([...links]).toEqual(expected.toSorted((a, b) => a.discord_user_id.localeCompare(b.discord_user_id)));
  const told = await sql`
    select data ->> 'player_id' as player_id, name from platform.outbox
    where created_at >= ${reality.since} and name like 'discord/link.%' order by seq`;
  const written = await sql`
    select subject_id as player_id, 'discord/' || replace(action, 'discord_link', 'link') as name
    from public.audit_log as log join platform.audit_chain as chain on chain.audit_id = log.id
    where occurred_at >= ${reality.since} and action like 'discord_link.%' order by chain.position`;
  for (const [player_id, events] of Map.groupBy(told, (event) => event.player_id)) {
    const names = events.map(({ name }) => name);
    expect(names).toEqual(names.map((_, index) => `discord/link.${index % 2 ? 'removed' : 'created'}`));
    expect(names.length % 2 === 1).toBe(expected.some((link) => link.player_id === player_id));
    expect(written.filter((row) => row.player_id === player_id).map(({ name }) => name)).toEqual(names);
  }
}

/** The page's message after a flow that ended with `problem`; it must be true. */
export async function readPage(
  truth: Truth,
  reality: Reality,
  user: User,
  problem: string | null,
  chosen: string,
) {
  const { link, signs_in_with_discord } = await call(reality, user, 'get_own_profile()');
  expect(link?.discord_user_id ?? null).toBe(linkedAccount(user));
  expect(signs_in_with_discord).toBe(user.accounts.length > 0);
  const told = describeLinkReturn(link, problem, problem === null);
  const says = `${told?.title} ${told?.text}`;
  if (/is linked|still/.test(says)) expect(says).toContain(`@${link.discord_username}`);
  if (/not linked/.test(says)) expect(link).toBeNull();
  if (/belongs to another/.test(says)) expect(ownerOf(truth, chosen)).not.toBe(user);
}
