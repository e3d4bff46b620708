import fc from 'fast-check';
import type { Visibility } from '#domain/identity/vocabulary.ts';
import { sendEvents } from '../arena.ts';
import type { OracleArena } from './oracle-arena.ts';
import { type ScoreLog, type SentEvent, toIso } from './score-log.ts';

/** Something that happens between refreshes. Numbers select players, metrics, times and earlier events. */
export type Step =
  | {
      kind: 'events';
      events: { player: number; metric: number; milliUnits: number; when: number; isPast: boolean }[];
    }
  | { kind: 'void'; event: number; when: number }
  | {
      kind: 'profile';
      player: number;
      change: Visibility | 'staff' | 'leave' | 'return';
    }
  | { kind: 'link'; player: number }
  | {
      kind: 'rule';
      metric: number;
      points: number;
      dailyCap: number | null;
      timeZone: string;
      hoursAgo: number;
    }
  | { kind: 'thin' }
  | { kind: 'close' }
  /** `minutes` since the last refresh. */
  | { kind: 'refresh'; minutes: number };

const number = fc.nat({ max: 1000 });
// Few distinct times, so ties down to the id occur.
const when = fc.nat({ max: 5 });

// Two players make half of the events, so they reach the cap of a day, even within one batch.
const player = fc.oneof(number, fc.nat({ max: 1 }));

const event = fc.record({
  player,
  metric: number,
  // The smallest ones round to zero.
  milliUnits: fc.constantFrom(1000, 2000, 3000, 4000, 500, 50, 1),
  when,
  isPast: fc.boolean(),
});

const dailyCap = fc.option(fc.integer({ min: 1, max: 30 }));
const timeZone = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles');

const steps: [number, fc.Arbitrary<Step>][] = [
  [
    6,
    fc.record({
      kind: fc.constant('events' as const),
      events: fc.array(event, { minLength: 1, maxLength: 12 }),
    }),
  ],
  [2, fc.record({ kind: fc.constant('void' as const), event: number, when })],
  [
    2,
    fc.record({
      kind: fc.constant('profile' as const),
      player: number,
      change: fc.constantFrom('public', 'anonymous', 'hidden', 'staff', 'leave', 'return'),
    }),
  ],
  [2, fc.record({ kind: fc.constant('link' as const), player: number })],
  [
    2,
    fc.record({
      kind: fc.constant('rule' as const),
      metric: number,
      points: fc.nat({ max: 9 }),
      dailyCap,
      timeZone,
      hoursAgo: fc.constantFrom(0, 3, 51),
    }),
  ],
  [1, fc.constant({ kind: 'thin' as const })],
  [1, fc.constant({ kind: 'close' as const })],
  [
    4,
    fc.record({
      kind: fc.constant('refresh' as const),
      minutes: fc.constantFrom(0.5, 0.5, 20, 100, 1500, 11_000),
    }),
  ],
];

/** Histories with a refresh every few steps. */
export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 6, maxLength: 24 },
);

type Played = Exclude<Step, { kind: 'refresh' | 'close' | 'thin' }>;

/** Applies the actions of people and admins to the database and to the log. */
export class Player {
  readonly #arena: OracleArena;
  readonly #log: ScoreLog;
  readonly #sent: string[] = [];
  #count = 0;

  constructor(arena: OracleArena, log: ScoreLog) {
    this.#arena = arena;
    this.#log = log;
  }

  async play(step: Played): Promise<void> {
    if (step.kind === 'events') await this.#send(step.events);
    else if (step.kind === 'void') await this.#void(step);
    else if (step.kind === 'profile') await this.#change(this.#pick(step.player), step.change);
    else if (step.kind === 'link') await this.#link(this.#pick(step.player));
    else await this.#addRule(step);
  }

  #pick(number: number): string {
    const id = this.#arena.playerIds[number % this.#arena.playerIds.length];
    if (!id) throw new Error('There are no players.');
    return id;
  }

  #metric(number: number): string {
    const { metric, minorMetric, cappedMetric } = this.#arena;
    return [metric, minorMetric, cappedMetric][number % 3] ?? metric;
  }

  /** One of the last hours of the past period, or of the first or latest ones of the current one. */
  #time(when: number, isPast: boolean): number {
    const { hourAt, pastEndsAt } = this.#arena;
    if (isPast) return pastEndsAt - (when + 1) * 3_600_000_000;
    if (when > 3) return pastEndsAt + (when - 4) * 3_600_000_000;
    return when === 0 ? Date.now() * 1000 : hourAt - when * 3_600_000_000;
  }

  /** Names whose order differs from the order of arrival, like most senders'. */
  #name(): string {
    this.#count += 1;
    return String((this.#count * 379) % 1000);
  }

  async #send(events: Extract<Step, { kind: 'events' }>['events']): Promise<void> {
    await this.#record(
      events.map(({ player, metric, milliUnits, when, isPast }) => ({
        externalId: `event-${this.#name()}`,
        playerId: this.#pick(player),
        metric: this.#metric(metric),
        milliUnits,
        occurredAt: this.#time(when, isPast),
      })),
    );
  }

  async #void({ event, when }: Extract<Step, { kind: 'void' }>): Promise<void> {
    const voids = this.#sent[event % this.#sent.length];
    if (voids === undefined) return;
    // Mostly after the event, because a void before it is refused.
    await this.#record([
      { externalId: `void-${this.#name()}`, voids, occurredAt: this.#time(when % 4, false) },
    ]);
  }

  async #record(batch: SentEvent[]): Promise<void> {
    const wire = batch.map((sent) => ({
      external_id: sent.externalId,
      occurred_at: toIso(sent.occurredAt),
      ...('voids' in sent
        ? { voids: sent.voids }
        : { player_id: sent.playerId, metric: sent.metric, units: sent.milliUnits / 1000 }),
    }));
    this.#log.record(batch, await sendEvents(this.#arena.sql, wire, this.#arena.slug));
    // Voids cannot be voided; that is always refused.
    this.#sent.push(...batch.flatMap((sent) => ('voids' in sent ? [] : sent.externalId)));
  }

  async #change(id: string, change: Extract<Step, { kind: 'profile' }>['change']): Promise<void> {
    const { sql } = this.#arena;
    if (change === 'staff') await sql`update public.profiles set is_ranked = not is_ranked where id = ${id}`;
    else if (change === 'leave') await sql`update public.profiles set left_at = now() where id = ${id}`;
    else if (change === 'return') await sql`update public.profiles set left_at = null where id = ${id}`;
    else await sql`update public.profiles set visibility = ${change} where id = ${id}`;
  }

  async #link(id: string): Promise<void> {
    const { sql } = this.#arena;
    const removed = await sql`delete from public.discord_links where player_id = ${id} returning 1`;
    if (removed.length > 0) return;
    const snowflake = `1${id.replace(/\D/g, '').padEnd(17, '0').slice(0, 17)}`;
    await sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      values (${id}, ${snowflake}, 'someone') on conflict do nothing`;
  }

  async #addRule({ metric, points, dailyCap, timeZone, hoursAgo }: Extract<Step, { kind: 'rule' }>) {
    // Also in the past, which only the table allows: recorded events still keep their points.
    const added = await this.#arena.sql<{ effective_from: string }[]>`
      insert into public.score_rules (metric, points_per_unit, daily_cap_points, time_zone, effective_from)
      values (${this.#metric(metric)}, ${points}, ${dailyCap}, ${timeZone},
        clock_timestamp() - ${`${hoursAgo} hours`}::interval)
      on conflict do nothing
      returning (extract(epoch from effective_from) * 1000000)::bigint::text as effective_from`;
    for (const { effective_from } of added) {
      this.#log.rules.push({
        metric: this.#metric(metric),
        pointsPerUnit: points,
        dailyCap,
        timeZone,
        effectiveFrom: Number(effective_from),
      });
    }
  }
}
