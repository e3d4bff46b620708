import { randomUUID } from 'node:crypto';

const metrics = ['deal_closed', 'lead_converted', 'call_booked'];

/** A batch like a sender's: new events of many players and several metrics. */
export function makeBatch(playerIds: readonly string[], size: number) {
  const run = randomUUID();
  const offset = Math.floor(Math.random() * playerIds.length);
  const occurred_at = new Date().toISOString();
  return Array.from({ length: size }, (_, index) => ({
    external_id: `${run}-${index}`,
    player_id: playerIds[(offset + index) % playerIds.length],
    metric: metrics[index % metrics.length],
    units: 1 + (index % 5),
    occurred_at,
  }));
}
