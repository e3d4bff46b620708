import { expect } from 'vitest';
import type { LatePolicy } from '#domain/leaderboard/vocabulary.ts';
import type { EventsAnswer } from '../arena.ts';
import type { CountedEvent } from './oracle.ts';

/** A version of a metric's worth. Times are microseconds since 1970, as everywhere in the oracle. */
export interface Rule {
  metric: string;
  pointsPerUnit: number;
  dailyCap: number | null;
  timeZone: string;
  effectiveFrom: number;
}

/** An event or void, with its expected worth. */
export interface Entry extends CountedEvent {
  id: number;
  metric: string;
  /** Units times 1000, so that all arithmetic is exact. */
  milliUnits: number;
  rule: Rule;
  voided: Entry | null;
  /** The period it counts in; null for the void of an archived event. */
  period: 'past' | 'current' | null;
  /** The first version that contained it. */
  version: number | null;
}

export type SentEvent =
  | { externalId: string; playerId: string; metric: string; milliUnits: number; occurredAt: number }
  | { externalId: string; voids: string; occurredAt: number };

/**
 * Everything that was ever sent and accepted, with its worth: points, caps and periods recomputed from the
 * rules alone. Shares nothing with the engine but the ids it assigned.
 */
export class ScoreLog {
  readonly entries: Entry[] = [];
  readonly rules: Rule[] = [];
  readonly #byExternalId = new Map<string, Entry>();
  readonly #voided = new Set<Entry>();
  readonly #capUsed = new Map<string, number>();
  readonly #pastEndsAt: number;
  readonly #latePolicy: LatePolicy;
  isPastClosed = false;

  constructor(pastEndsAt: number, latePolicy: LatePolicy) {
    this.#pastEndsAt = pastEndsAt;
    this.#latePolicy = latePolicy;
  }

  /** The events of a period that are in its version. */
  list(period: 'past' | 'current', isApplied = true): Entry[] {
    return this.entries.filter((entry) => entry.period === period && (!isApplied || entry.version !== null));
  }

  /** The refresh of this version contained everything sent before it. */
  apply(period: 'past' | 'current', version: number): void {
    for (const entry of this.entries) {
      if (entry.period === period) entry.version ??= version;
    }
  }

  /** Records a batch; the result of each element must follow the rules. */
  record(batch: SentEvent[], answer: EventsAnswer): void {
    for (const [index, sent] of batch.entries()) {
      const result = answer.results[index];
      const entry = 'voids' in sent ? this.#voidEvent(sent) : this.#scoreEvent(sent);
      if (typeof entry === 'string') {
        expect(result).toMatchObject({ status: 'refused', reason: entry });
        continue;
      }
      expect([sent, result?.status, result?.points]).toEqual([sent, 'accepted', entry.points]);
      entry.id = result?.event_id ?? 0;
      this.entries.push(entry);
      this.#byExternalId.set(sent.externalId, entry);
      if (entry.voided) this.#voided.add(entry.voided);
    }
  }

  #scoreEvent(sent: Extract<SentEvent, { metric: string }>): Entry | string {
    const isPast = sent.occurredAt < this.#pastEndsAt;
    if (isPast && this.isPastClosed && this.#latePolicy === 'refuse') return 'period_closed';
    const rule = this.#findRule(sent.metric, sent.occurredAt);
    const worth = roundPoints(sent.milliUnits, rule.pointsPerUnit);
    const points = this.#give({ ...sent, rule }, worth);
    const { playerId, metric, milliUnits, occurredAt } = sent;
    const period = isPast && !this.isPastClosed ? 'past' : 'current';
    return {
      id: 0,
      playerId,
      metric,
      milliUnits,
      points,
      occurredAt,
      rule,
      isVoid: false,
      voided: null,
      period,
      version: null,
    };
  }

  #voidEvent(sent: Extract<SentEvent, { voids: string }>): Entry | string {
    const voided = this.#byExternalId.get(sent.voids);
    if (!voided) return 'unknown_event';
    if (this.#voided.has(voided)) return 'already_voided';
    if (sent.occurredAt < voided.occurredAt) return 'before_event';
    const points = this.#give(voided, 0 - voided.points);
    // An archive does not change any more; elsewhere a void counts where its event does.
    const period = voided.period === 'past' && this.isPastClosed ? null : voided.period;
    const { occurredAt } = sent;
    return {
      ...voided,
      id: 0,
      milliUnits: 0 - voided.milliUnits,
      points,
      occurredAt,
      isVoid: true,
      voided,
      period,
      version: null,
    };
  }

  #findRule(metric: string, at: number): Rule {
    const rule = this.rules
      .filter((each) => each.metric === metric && each.effectiveFrom <= at)
      .sort((a, b) => b.effectiveFrom - a.effectiveFrom)[0];
    if (!rule) throw new Error('There is no rule for this event.');
    return rule;
  }

  /** Gives points up to the cap of the day, or takes some back, which makes room again. */
  #give(event: Pick<Entry, 'playerId' | 'metric' | 'occurredAt' | 'rule'>, points: number): number {
    const cap = event.rule.dailyCap;
    if (cap === null) return points;
    const key = `${event.playerId} ${event.metric} ${dayIn(event.rule.timeZone, event.occurredAt)}`;
    const used = this.#capUsed.get(key) ?? 0;
    const given = Math.min(points, Math.max(0, cap - used));
    this.#capUsed.set(key, used + given);
    return given;
  }
}

/** Units times points, halves away from zero. */
export function roundPoints(milliUnits: number, pointsPerUnit: number): number {
  return Math.floor((2 * milliUnits * pointsPerUnit + 1000) / 2000);
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of a moment in a time zone, as `2026-11-30`. */
export function dayIn(timeZone: string, at: number): string {
  const format =
    dayFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  dayFormats.set(timeZone, format);
  return format.format(at / 1000);
}

/** Microseconds of an ISO 8601 time; a Date would drop the last three digits. */
export function toMicroseconds(time: string): number {
  const digits = (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(6, '0');
  return Math.floor(Date.parse(time) / 1000) * 1_000_000 + Number(digits.slice(0, 6));
}

/** The ISO 8601 time of whole milliseconds. */
export function toIso(microseconds: number): string {
  return new Date(microseconds / 1000).toISOString();
}
