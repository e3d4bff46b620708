import { expect, test } from 'vitest';
import { toWireEvent } from './to-wire-event.ts';

const event = {
  external_id: 'e1',
  player_id: 'p1',
  metric: 'deal_closed',
  units: 1,
  occurred_at: '2026-11-22T12:00:00Z',
};

test('passes on what the database reads, and nothing else', () => {
  expect(toWireEvent({ ...event, note: 'x', voids: null })).toEqual({ ...event, voids: null });
  expect(toWireEvent({ ...event, metric: 'emoji 😀 \\u0000' })).toEqual({
    ...event,
    metric: 'emoji 😀 \\u0000',
  });
});

test.each([null, 1, 'text', [], [event], { ...event, metric: 'a\0' }, { ...event, occurred_at: '\ud800' }])(
  'gives nothing for %j, which is malformed',
  (broken) => {
    expect(toWireEvent(broken)).toBeNull();
  },
);

test.each(['\0', 'half \udc00'])('leaves out an id that cannot be kept', (externalId) => {
  const { external_id: _, ...rest } = event;
  expect(toWireEvent({ ...event, external_id: externalId })).toEqual(rest);
});

test('replaces nested values with one that no field accepts', () => {
  expect(toWireEvent({ ...event, units: [[1]], player_id: { a: 1 } })).toEqual({
    ...event,
    units: false,
    player_id: false,
  });
});
