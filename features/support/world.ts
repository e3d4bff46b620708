import { World as CucumberWorld, setWorldConstructor } from '@cucumber/cucumber';
import type { BrowserContext, Page } from 'playwright-core';
import type { ReservedSql } from 'postgres';
import { personaPassword } from '#dev/seed/personas.ts';
import type { RunningStack } from './running-stack.ts';
import { readShown, Sandbox, type SandboxAnswer } from './sandbox.ts';
import { type BatchResult, ScoreApi } from './score-api.ts';
import type { HolderWatch } from './watch-holders.ts';

let shared: RunningStack | null = null;

/** Tells the scenarios which stack they run on; null after it is gone. */
export function shareStack(stack: RunningStack | null): void {
  shared = stack;
}

/** The stack of this run. Throws outside a run. */
export function getSharedStack(): RunningStack {
  if (!shared) throw new Error('No stack is running.');
  return shared;
}

/** One scenario: who is looking at what, and the latest answers. */
export class World extends CucumberWorld {
  readonly sandbox = new Sandbox(`http://127.0.0.1:${getSharedStack().stack.ports.discord}`);
  readonly api = new ScoreApi(
    getSharedStack().stack.environment.SUPABASE_URL ?? '',
    getSharedStack().stack.secrets.api_key,
  );
  readonly #contexts = new Map<string, BrowserContext>();
  readonly #pages = new Map<string, Page>();
  #scheduleHolder: ReservedSql | null = null;

  /** The last answer in Discord. */
  answer: SandboxAnswer | null = null;
  /** The last raw answer of the API. */
  response: Response | null = null;
  batch: BatchResult | null = null;
  /** Scores remembered for comparison. */
  readonly scores = new Map<string, number>();
  /** Players created for this scenario, by their name in it. */
  readonly newcomers = new Map<string, string>();
  lastEventId = '';
  /** The reason of the last credit request, which is unique. */
  reason = '';
  /** The requests of one scenario, by who made them. */
  readonly requests = new Map<string, { id: string; reason: string }>();
  /** What the message of a bulk decision shows. */
  bulkText = '';
  /** Why the last direct database call was refused; empty if it was not. */
  refusal = '';
  holderWatch: HolderWatch | null = null;
  /** Undoes what a scenario changed for everybody. */
  readonly afterwards: (() => Promise<unknown>)[] = [];
  /** The period that a scenario has ended. */
  endedPeriod = { board: '', period_id: 0 };

  get sql() {
    return getSharedStack().sql;
  }

  get webUrl(): string {
    return getSharedStack().stack.environment.PUBLIC_WEB_URL ?? '';
  }

  /** The page a person looks at; each person has a separate browser. */
  async pageOf(name: string): Promise<Page> {
    const known = this.#pages.get(name);
    if (known) return known;
    const context = await getSharedStack().browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    this.#contexts.set(name, context);
    this.#pages.set(name, page);
    return page;
  }

  async signInWithEmail(name: string): Promise<void> {
    const page = await this.pageOf(name);
    await page.goto(`${this.webUrl}/sign-in?next=/profile`);
    await page.getByLabel('Email address').fill(`${name}@dealscale.local`);
    await page.getByLabel('Password').fill(personaPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => url.pathname === '/profile');
  }

  /** Answers the consent page in the browser of `name`. */
  async consent(name: string, discordUser: string, decision: 'Authorize' | 'Cancel'): Promise<void> {
    const page = await this.pageOf(name);
    await page.waitForURL('**/oauth2/authorize**');
    await page.getByText(discordUser, { exact: true }).click();
    await page.getByRole('button', { name: decision }).click();
    await page.waitForURL(
      (url) => url.origin === new URL(this.webUrl).origin && !url.pathname.startsWith('/auth/'),
    );
  }

  /** A player's id by username, or by a newcomer's name in the scenario. */
  async playerId(name: string): Promise<string> {
    const newcomer = this.newcomers.get(name);
    if (newcomer) return newcomer;
    const [row] = await this.sql`select id from public.profiles where username = ${name}`;
    if (!row) throw new Error(`There is no player ${name}`);
    return String(row.id);
  }

  async displayName(name: string): Promise<string> {
    const id = await this.playerId(name);
    const [row] = await this.sql`select display_name from public.profiles where id = ${id}`;
    return String(row?.display_name);
  }

  /** The text of the last answer in Discord. */
  get answerText(): string {
    return readShown(this.answer?.message);
  }

  async linkedDiscordUser(name: string): Promise<string | null> {
    const [row] = await this.sql`
      select links.discord_username from public.discord_links as links
      join public.profiles on profiles.id = links.player_id where profiles.username = ${name}`;
    return row ? String(row.discord_username) : null;
  }

  /** The all-time standing from the API. */
  async standing(name: string): Promise<{ position: number; rank: number; score: number }> {
    const standing = await this.api.readStanding(await this.playerId(name));
    if (!standing) throw new Error(`${name} is not on the board`);
    return standing;
  }

  /** Until the end of the scenario only it refreshes the boards, not the schedule. */
  async holdSchedule(): Promise<void> {
    const session = await this.sql.reserve();
    await session`select pg_advisory_lock(hashtextextended('leaderboard/refresh', 0))`;
    this.#scheduleHolder = session;
    this.afterwards.push(async () => {
      await session`select pg_advisory_unlock_all()`;
      session.release();
    });
  }

  /**
   * Runs the scheduled refresh now, after any run in progress, which may have started before the latest
   * events.
   */
  async refreshBoards(): Promise<void> {
    const session = this.#scheduleHolder ?? (await this.sql.reserve());
    await session`select pg_advisory_lock(hashtextextended('leaderboard/refresh', 0))`;
    await session`call leaderboard.refresh_due_boards()`;
    await session`select pg_advisory_unlock(hashtextextended('leaderboard/refresh', 0))`;
    if (session !== this.#scheduleHolder) session.release();
  }

  async close(): Promise<void> {
    await this.holderWatch?.stop();
    for (const restore of this.afterwards) await restore();
    await Promise.all([...this.#contexts.values()].map((context) => context.close()));
  }
}

setWorldConstructor(World);
