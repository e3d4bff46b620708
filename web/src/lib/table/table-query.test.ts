import { expect, test } from 'vitest';
import { countFilters, downloadHref, filterHref, pageHref, sortHref } from './table-query.ts';

const url = new URL('http://web/admin/players?role=manager&sort=name&after=cursor&/grant=');

test('a column sorts up first, then down, from the first page, with the same filters', () => {
  expect(sortHref(url, 'name', { by: 'name', isDescending: false })).toBe(
    '/admin/players?role=manager&sort=-name',
  );
  expect(sortHref(url, 'name', { by: 'name', isDescending: true })).toBe(
    '/admin/players?role=manager&sort=name',
  );
  expect(sortHref(url, 'joined', { by: 'name', isDescending: true })).toBe(
    '/admin/players?role=manager&sort=joined',
  );
});

test('pages keep filters and order', () => {
  expect(pageHref(url, 'next')).toBe('/admin/players?role=manager&sort=name&after=next');
  expect(pageHref(url, null)).toBe('/admin/players?role=manager&sort=name');
});

test('new filters replace the old ones, without empty ones and without a cursor', () => {
  const fields: [string, string][] = [
    ['q', ' wen '],
    ['role', ''],
    ['after', 'x'],
  ];
  expect(filterHref(url, fields)).toBe('/admin/players?sort=name&q=wen');
  expect(filterHref(new URL('http://web/admin/players?q=wen'), [])).toBe('/admin/players');
});

test('a download has the filters and the order of the table, and all pages', () => {
  expect(downloadHref(url, '/admin/players/export')).toBe('/admin/players/export?role=manager&sort=name');
});

test('filters are counted without order, page and form answers', () => {
  expect(countFilters(url)).toBe(1);
});
