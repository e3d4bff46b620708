import { expect, test } from 'vitest';
import { nameMetric } from './name-metric.ts';

test('metrics read as words', () => {
  expect(nameMetric('deal_closed')).toBe('Deal closed');
  expect(nameMetric('')).toBe('');
});
