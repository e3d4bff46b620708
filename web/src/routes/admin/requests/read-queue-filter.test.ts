import { expect, test } from 'vitest';
import { readQueueFilter } from './read-queue-filter.ts';

const nowMs = Date.parse('2026-12-01T10:00:00Z');
const read = (search: string) => readQueueFilter(new URL(`http://x/admin/requests?${search}`), nowMs);

test('the queue shows pending requests unless the URL names another state', () => {
  expect(read('').state).toBe('pending');
  expect(read('state=all').state).toBe('all');
  expect(read('state=lost').state).toBe('pending');
});

test('filters are read from the URL, and those that are not valid are left out', () => {
  expect(read('type=ai&min=5&max=x&hours=24&player=pia&approver=max&q=+trip+').filter).toEqual({
    credit_type: 'ai',
    amount_min: 5,
    amount_max: undefined,
    created_before: '2026-11-30T10:00:00.000Z',
    username: 'pia',
    approver: 'max',
    text: 'trip',
  });
  expect(read('type=gold&min=-1&hours=0&q=').filter).toEqual({});
});
