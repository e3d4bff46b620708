import fc from 'fast-check';
import type postgres from 'postgres';
import { type Arena, sendEvents } from './arena.ts';

/** Something that happens between refreshes. Numbers pick players, metrics, times and earlier events. */
export type Step =
  | {
      kind: 'events';
      events: { player: number; metric: number; units: number; when: number; isPast: boolean }[];
    }
  | { kind: 'void'; event: number }
  | {
      kind: 'profile';
      player: number;
      change: 'public' | 'anonymous' | 'hidden' | 'staff' | 'leave' | 'return';
    }
  | { kind: 'link'; player: number }
  | { kind: 'rule'; metric: number; points: number }
  | { kind: 'close' }
  | { kind: 'refresh' };

const number = fc.nat({ max: 1000 });

const event = fc.record({
  player: number,
  metric: number,
  units: fc.integer({ min: 1, max: 4 }),
  // Few different times, so that ties down to the id happen.
  when: fc.nat({ max: 5 }),
  isPast: fc.boolean(),
});

/** Histories in which every few steps are a refresh. */
export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('events' as const),
        events: fc.array(event, { minLength: 1, maxLength: 12 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('void' as const), event: number }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('profile' as const),
        player: number,
        change: fc.constantFrom('public', 'anonymous', 'hidden', 'staff', 'leave', 'return'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), player: number }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('rule' as const),
        metric: number,
        points: fc.nat({ max: 9 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
    { weight: 4, arbitrary: fc.constant({ kind: 'refresh' as const }) },
  ),
  { minLength: 6, maxLength: 24 },
);

/** Plays the steps other than refresh and close against the database, remembering what can be voided. */
export class Player {
  readonly #sql: postgres.Sql;
  readonly #arena: Arena;
  readonly #sent: string[] = [];
  readonly #mayRefuse: boolean;
  #count = 0;

  /** `mayRefuse`: the board may refuse late events, so that a refusal is no mistake of the test. */
  constructor(sql: postgres.Sql, arena: Arena, mayRefuse: boolean) {
    this.#sql = sql;
    this.#arena = arena;
    this.#mayRefuse = mayRefuse;
  }

  async play(step: Exclude<Step, { kind: 'refresh' | 'close' }>): Promise<void> {
    if (step.kind === 'events') return this.#send(step.events);
    if (step.kind === 'void') return this.#void(step.event);
    if (step.kind === 'profile') return this.#change(this.#pick(step.player), step.change);
    if (step.kind === 'link') return this.#link(this.#pick(step.player));
    // A second rule at the same instant is refused; that changes nothing.
    await this.#sql`
      insert into public.score_rules (metric, points_per_unit, effective_from)
      values (${this.#metric(step.metric)}, ${step.points}, clock_timestamp()) on conflict do nothing`;
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

  async #send(events: Extract<Step, { kind: 'events' }>['events']): Promise<void> {
    const [times] = await this.#sql<{ past: string[]; present: string[] }[]>`
      select array(select to_json(date_trunc('hour', now()) - interval '3 days' - n * interval '1 hour') #>> '{}'
          from generate_series(0, 5) as n) as past,
        array(select to_json(case n when 0 then now() else date_trunc('hour', now()) - n * interval '1 hour' end) #>> '{}'
          from generate_series(0, 5) as n) as present`;
    const batch = events.map(({ player, metric, units, when, isPast }) => ({
      external_id: `event-${this.#count++}`,
      player_id: this.#pick(player),
      metric: this.#metric(metric),
      units,
      occurred_at: (isPast ? times?.past : times?.present)?.[when],
    }));
    const { refused } = await sendEvents(this.#sql, batch, this.#arena.slug);
    if (refused > 0 && !this.#mayRefuse) throw new Error('A good event was refused.');
    this.#sent.push(...batch.map(({ external_id }) => external_id));
  }

  async #void(number: number): Promise<void> {
    if (this.#sent.length === 0) return;
    const voids = this.#sent[number % this.#sent.length];
    await sendEvents(this.#sql, [{ external_id: `void-${this.#count++}`, voids }], this.#arena.slug);
  }

  async #change(id: string, change: Extract<Step, { kind: 'profile' }>['change']): Promise<void> {
    const sql = this.#sql;
    if (change === 'staff') await sql`update public.profiles set is_ranked = not is_ranked where id = ${id}`;
    else if (change === 'leave') await sql`update public.profiles set left_at = now() where id = ${id}`;
    else if (change === 'return') await sql`update public.profiles set left_at = null where id = ${id}`;
    else await sql`update public.profiles set visibility = ${change} where id = ${id}`;
  }

  async #link(id: string): Promise<void> {
    const removed = await this.#sql`delete from public.discord_links where player_id = ${id} returning 1`;
    if (removed.length > 0) return;
    const snowflake = `1${id.replace(/\D/g, '').padEnd(17, '0').slice(0, 17)}`;
    await this.#sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      values (${id}, ${snowflake}, 'someone') on conflict do nothing`;
  }
}
