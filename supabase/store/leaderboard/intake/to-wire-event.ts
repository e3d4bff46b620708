import { isStorable } from '#domain/platform/text/storable-text.ts';

const fields = ['external_id', 'player_id', 'metric', 'units', 'occurred_at', 'voids'] as const;

/**
 * What the database reads of an event, and nothing that it could not read at all: one such text or a value nested
 * without end would fail the whole batch. In their place stands what the database refuses by itself.
 */
export function toWireEvent(event: unknown): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return null;
  const wire: Record<string, unknown> = {};
  for (const name of fields) {
    const value: unknown = Reflect.get(event, name);
    if (typeof value === 'string' && !isStorable(value)) {
      if (name !== 'external_id') return null;
    } else if (value !== undefined) {
      wire[name] = typeof value === 'object' && value !== null ? false : value;
    }
  }
  return wire;
}
