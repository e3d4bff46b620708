import { expect, test } from 'vitest';
import { redactText } from './redact-text.ts';

const hex = 'ab12'.repeat(16);

test.each([
  ['Authorization: Bearer abcdefghijklmnopqrst', 'Authorization: Bearer [redacted]'],
  ['for Bot abcdefghijklmnop.qrstuv', 'for Bot [redacted]'],
  [`the token eyJhbGciOiJI.eyJzdWIiOiIx.${hex} is old`, 'the token [redacted] is old'],
  [`sealed eyJhbGciOiJI.${hex}.abc.def.ghi`, 'sealed [redacted]'],
  [`${'M'.repeat(26)}.Gabcde.${'x'.repeat(38)}`, '[redacted]'],
  [
    'PATCH /webhooks/129000000000000001/aW50ZXI/messages/@original: 404',
    'PATCH /webhooks/129000000000000001/[redacted]/messages/@original: 404',
  ],
  [`signkey-prod-${hex} and sb_secret_x1`, '[redacted] and [redacted]'],
  ['https://x.test/cb?state=1&access_token=abc&n=2', 'https://x.test/cb?state=1&access_token=[redacted]&n=2'],
  ['postgres://owner:hunter2@db.test/app', 'postgres://[redacted]@db.test/app'],
])('%s', (text, redacted) => {
  expect(redactText(text)).toBe(redacted);
});

test.each([
  'POST /channels/129000000000000001/messages: 503 0 Service Unavailable',
  'There is no request 9d4925fd-960d-4166-ab2c-f9be9b1bd520.',
  'The bot may not write here. Bot roles are too low.',
])('%s stays as it is', (text) => {
  expect(redactText(text)).toBe(text);
});

test('what Postgres cannot store is left out', () => {
  expect(redactText('a\0b\uD800c')).toBe('abc');
});
