import { expect, test } from 'vitest';
import { toShownTimeZone } from './shown-time-zone.ts';

test.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5'])('%s is shown as it is', (zone) => {
  expect(toShownTimeZone(zone)).toBe(zone);
});

test.each(['Factory', 'Mars/Olympus', '', 'posix/Europe/Berlin'])(
  '%j is shown as UTC, every time',
  (zone) => {
    expect([toShownTimeZone(zone), toShownTimeZone(zone)]).toEqual(['UTC', 'UTC']);
  },
);
