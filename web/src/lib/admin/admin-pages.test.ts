import { expect, test } from 'vitest';
import { adminPages, findAdminPage, findParentPage, listAdminPages } from './admin-pages.ts';

test('a path belongs to the nearest page above it', () => {
  expect(findAdminPage('/admin/players/pia')?.label).toBe('Players');
  expect(findAdminPage('/admin/boards/rules')?.label).toBe('Score rules');
  expect(findAdminPage('/admin/boards/weekly')?.label).toBe('Boards');
  expect(findAdminPage('/admin')).toBeUndefined();
  expect(findAdminPage('/admin/playerspages')).toBeUndefined();
});

test('a part of a section follows it, so the navigation can list it below', () => {
  const parts = adminPages.filter((page) => findParentPage(page));
  expect(parts.map(({ href }) => href)).toContain('/admin/boards/rules');
  for (const part of parts) {
    const parent = findParentPage(part);
    const between = adminPages.slice(
      (parent ? adminPages.indexOf(parent) : -1) + 1,
      adminPages.indexOf(part),
    );
    expect(between.every((page) => findParentPage(page) === parent)).toBe(true);
  }
});

test('players open no page, and admins open every page', () => {
  expect(listAdminPages('player')).toEqual([]);
  expect(listAdminPages('admin')).toEqual(adminPages);
});
