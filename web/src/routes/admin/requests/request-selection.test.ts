import { expect, test, vi } from 'vitest';

// Runes are compiled away in the browser; here a state is a plain value.
vi.stubGlobal('$state', { raw: <T>(value: T): T => value });
const { RequestSelection } = await import('./request-selection.svelte.ts');

const rows = ['a', 'b', 'c', 'd', 'e'];

test('a row is selected and, a second time, no longer', () => {
  const selection = new RequestSelection();
  selection.toggle('b');
  expect(selection.ids).toEqual(['b']);
  selection.toggle('b');
  expect(selection.size).toBe(0);
});

test('a range goes from the last selected row in either direction', () => {
  const selection = new RequestSelection();
  selection.toggle('d');
  selection.extendTo('b', rows);
  expect([...selection.ids].sort()).toEqual(['b', 'c', 'd']);
  selection.extendTo('e', rows);
  expect([...selection.ids].sort()).toEqual(['b', 'c', 'd', 'e']);
});

test('a range that begins nowhere selects its end', () => {
  const selection = new RequestSelection();
  selection.extendTo('c', rows);
  expect(selection.ids).toEqual(['c']);
  selection.set(['a', 'b']);
  selection.remove('a');
  expect(selection.ids).toEqual(['b']);
});
