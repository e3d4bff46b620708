import { isStorable } from '#domain/platform/text/storable-text.ts';
import { scoreEventSchema } from './score-event-schema.ts';

const fields = scoreEventSchema.keyof().options;

/**
 * The fields of an event that the database reads, without values that it cannot parse at all: a single such
 * text or an endlessly nested value would fail the whole batch. They are replaced by values that the database
 * refuses individually.
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
