import { expect, test } from 'vitest';
import { boardHref, fitMovement, listMovementWindows, nextHref, parseBoardQuery } from './board-query.ts';

const parse = (text: string) => parseBoardQuery(new URLSearchParams(text));

test('an empty address is the first page of the all-time board', () => {
  expect(parse('')).toEqual({
    board: 'all-time',
    period_id: undefined,
    movement: 'day',
    cursor: undefined,
    from_position: undefined,
    isAroundOwn: false,
    search: '',
  });
});

test('invalid parameters are ignored', () => {
  expect(parse('board=../etc&period=-1&movement=year&from=1.5')).toEqual(parse(''));
  expect(parse('from=1000000001')).toEqual(parse(''));
  expect(parse('from=1000000000')).toMatchObject({ from_position: 1_000_000_000 });
});

test('values that no database can store are omitted', () => {
  expect(parse('q=pi%00a&cursor=a%00b')).toMatchObject({ search: 'pia', cursor: 'ab' });
  expect(parse('q=%00&cursor=%00')).toEqual(parse(''));
  expect(parse(`q=${'a'.repeat(63)}😀`).search).toBe('a'.repeat(63));
});

test('a cursor wins over a start position', () => {
  expect(parse('cursor=abc&from=9')).toMatchObject({ cursor: 'abc', from_position: undefined });
});

test('a start position wins over the own place', () => {
  expect(parse('around=me')).toMatchObject({ isAroundOwn: true });
  expect(parse('around=me&from=9')).toMatchObject({ isAroundOwn: false, from_position: 9 });
  expect(parse('around=max')).toMatchObject({ isAroundOwn: false });
  expect(boardHref({ board: 'weekly', isAroundOwn: true })).toBe('/?board=weekly&around=me');
});

test('a URL survives the round trip, and defaults leave no trace', () => {
  const href = boardHref({ board: 'weekly', movement: 'week', from_position: 51 });
  expect(href).toBe('/?board=weekly&movement=week&from=51');
  expect(parse(href.slice(2))).toMatchObject({ board: 'weekly', movement: 'week', from_position: 51 });
  expect(boardHref({ board: 'all-time', movement: 'day', from_position: 1 })).toBe('/');
});

test('a board offers movement over windows shorter than its periods', () => {
  expect(listMovementWindows('daily')).toEqual(['refresh', 'hour']);
  expect(listMovementWindows('weekly')).toEqual(['refresh', 'hour', 'day']);
  expect(listMovementWindows('all_time')).toEqual(['refresh', 'hour', 'day', 'week']);
  expect(listMovementWindows(undefined)).toEqual(['refresh', 'hour', 'day', 'week']);
});

test('if a window is too long for a board, the longest that fits is shown', () => {
  expect([fitMovement('day', 'daily'), fitMovement('refresh', 'daily')]).toEqual(['hour', 'refresh']);
  expect([fitMovement('week', 'weekly'), fitMovement('week', 'season')]).toEqual(['day', 'week']);
});

test('the next page begins after the last row as it was read, or as it is by now, and not beyond the last place', () => {
  const query = parse('board=weekly&from=101&around=me');
  const page = { last: 200, playerCount: 201, nextCursor: 'abc' };
  expect(nextHref(query, page)).toBe('/?board=weekly&cursor=abc');
  expect(nextHref(query, { ...page, nextCursor: null })).toBe('/?board=weekly&from=201');
  expect(nextHref(query, { ...page, playerCount: 200 })).toBeNull();
});
