import { expect, test } from 'vitest';
import {
  formatAge,
  formatAgo,
  formatClock,
  formatDate,
  formatDayAndTime,
  formatMoment,
  formatSeconds,
} from './format-time.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

test.each([
  ['2026-11-22T11:59:30Z', 'just now'],
  ['2026-11-22T12:00:10Z', 'just now'],
  ['2026-11-22T11:59:00Z', '1 min'],
  ['2026-11-22T10:00:01Z', '1 h'],
  ['2026-11-19T12:00:00Z', '3 d'],
  ['2026-11-01T12:00:00Z', '3 wk'],
  ['2024-11-22T12:00:00Z', '2 y'],
])('the age of %s is "%s"', (moment, age) => {
  expect(formatAge(moment, now)).toBe(age);
});

test('an age is formatted as a phrase, and other values stay as they are', () => {
  expect(formatAgo('2026-11-22T10:00:00Z', now)).toBe('2 h ago');
  expect(formatAgo('2026-11-22T12:00:00Z', now)).toBe('just now');
});

test('where the year is known, a moment is its day and time', () => {
  expect(formatDayAndTime('2026-10-31T18:47:59Z')).toBe('Oct 31, 18:47');
  expect(formatDayAndTime('2026-10-31T23:30:00Z', 'Europe/Berlin')).toBe('Nov 1, 00:30');
});

test('a day of another year is written with that year', () => {
  expect(formatDate('2026-09-30T08:49:00Z', now)).toBe('Sep 30');
  expect(formatDate('2025-09-30T08:49:00Z', now)).toBe('Sep 30, 2025');
});

test('a moment is formatted in the requested zone', () => {
  expect(formatMoment('2026-11-22T23:30:00Z')).toBe('Nov 22, 2026, 23:30');
  expect(formatMoment('2026-11-22T23:30:00Z', 'Europe/Berlin')).toBe('Nov 23, 2026, 00:30');
  expect(formatClock('2026-11-22T00:05:09Z')).toBe('00:05:09');
});

test.each([
  [-3, '0 s'],
  [12.4, '12 s'],
  [60, '1 min'],
  [95, '1 min 35 s'],
])('%s seconds are "%s"', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
