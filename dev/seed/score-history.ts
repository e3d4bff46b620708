import type { SeedPlayer } from './players.ts';
import type { Random } from './random.ts';

/** A score event as the API accepts it. */
export interface SeedEvent {
  external_id: string;
  player_id: string;
  metric: string;
  units: number;
  occurred_at: string;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const eventsPerDay = 1.05;
/** Sunday first: weekends are quiet. */
const weekdayWeights = [0.18, 1.1, 1.2, 1.15, 1.05, 0.85, 0.25] as const;
const workingHours = [8, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 15, 16, 16, 17, 18, 20] as const;

/** Each player's events over the last `dayCount` days, up to `now`. */
export function makeScoreHistory(
  random: Random,
  players: readonly SeedPlayer[],
  options: { now: Date; dayCount: number },
): SeedEvent[] {
  const events: SeedEvent[] = [];
  const rivals: [SeedPlayer, SeedPlayer][] = [];
  for (const player of players) {
    if (player.pace === 0) continue;
    const twin = findTwin(random, players, player);
    if (twin) {
      rivals.push([player, twin]);
      continue;
    }
    addPlayerHistory(random, player, options, events);
  }
  for (const [player, twin] of rivals) copyHistory(random, player, twin, events);
  return events.map((event, index) => ({ ...event, external_id: `history-${index + 1}` }));
}

function addPlayerHistory(
  random: Random,
  player: SeedPlayer,
  { now, dayCount }: { now: Date; dayCount: number },
  events: SeedEvent[],
): void {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  const form = { phase: random.next() * 7, strength: 0.35 * random.next() };
  for (let daysAgo = Math.min(dayCount, player.joinedDaysAgo); daysAgo >= player.quietForDays; daysAgo -= 1) {
    const dayStart = today - daysAgo * dayMs;
    const weight = weekdayWeights[new Date(dayStart).getUTCDay()] ?? 1;
    const streak = 1 + form.strength * Math.sin(daysAgo / 4 + form.phase);
    const count = random.poisson(player.pace * weight * streak * eventsPerDay);
    for (let index = 0; index < count; index += 1) {
      const localMinutes = random.pick(workingHours) * 60 + random.between(0, 59);
      const occurredAt =
        dayStart + (localMinutes - player.utcOffsetHours * 60) * minuteMs + random.between(0, 59_999);
      if (occurredAt > now.getTime()) continue;
      events.push({ ...makeDeed(random, player), occurred_at: new Date(occurredAt).toISOString() });
    }
  }
}

function makeDeed(random: Random, player: SeedPlayer): Omit<SeedEvent, 'occurred_at'> {
  const luck = random.next() / player.craft;
  const common = { external_id: '', player_id: player.player_id };
  if (luck < 0.14) return { ...common, metric: 'deal_closed', units: random.isLikely(0.06) ? 2 : 1 };
  if (luck < 0.38) return { ...common, metric: 'lead_converted', units: 1 };
  if (luck < 0.7) return { ...common, metric: 'call_booked', units: random.between(1, 2) };
  return { ...common, metric: 'task_completed', units: random.between(1, 6) };
}

/** Occasionally two players tie exactly, which only copied events can produce. */
function findTwin(random: Random, players: readonly SeedPlayer[], player: SeedPlayer): SeedPlayer | null {
  const isOrdinary = player.pace < 3 && player.username !== 'quinn' && random.isLikely(0.03);
  if (!isOrdinary) return null;
  const twin = players[players.indexOf(player) - 1];
  return twin && twin.pace > 0 && twin.pace < 3 ? twin : null;
}

function copyHistory(random: Random, player: SeedPlayer, twin: SeedPlayer, events: SeedEvent[]): void {
  for (const event of events.filter(({ player_id }) => player_id === twin.player_id)) {
    const earlier = new Date(Date.parse(event.occurred_at) - random.between(1, 50) * minuteMs);
    events.push({ ...event, player_id: player.player_id, occurred_at: earlier.toISOString() });
  }
}
