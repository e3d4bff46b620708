import { expect, test } from 'vitest';
import { isForeignPost } from './is-foreign-post.ts';

const own = 'https://arena.example';
const post = (origin?: string): Request =>
  new Request(own, { method: 'POST', headers: origin ? { origin } : {} });

test('a post from the own pages passes', () => {
  expect(isForeignPost(post(own), own)).toBe(false);
});

test('a post from another site, another port or nowhere is foreign', () => {
  expect(isForeignPost(post('https://evil.example'), own)).toBe(true);
  expect(isForeignPost(post('https://arena.example:8443'), own)).toBe(true);
  expect(isForeignPost(post('null'), own)).toBe(true);
  expect(isForeignPost(post(), own)).toBe(true);
});

test('reading is never foreign', () => {
  expect(isForeignPost(new Request(own), own)).toBe(false);
});
