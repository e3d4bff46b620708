import { expect, it } from 'vitest';
import { findForeignCaller } from './foreign-caller.ts';

it.each([
  { host: '127.0.0.1:8288' },
  { host: 'localhost:8288' },
  { host: '[::1]:8288' },
  { host: '127.0.0.1' },
  { host: '127.0.0.1:8288', origin: 'http://127.0.0.1:8288' },
])('answers %o', (headers) => {
  expect(findForeignCaller(headers)).toBeNull();
});

it.each([
  {},
  { host: '' },
  { host: 'rebound.example' },
  { host: '127.0.0.1.example' },
  { host: 'localhost.example:8288', origin: 'http://localhost.example:8288' },
  { host: '127.0.0.1:8288', origin: 'null' },
  { host: '127.0.0.1:8288', origin: '' },
  { host: '127.0.0.1:8288', origin: 'https://evil.example' },
  { host: '127.0.0.1:8288', origin: 'https://127.0.0.1:8288' },
  { host: '127.0.0.1:8288', origin: 'http://127.0.0.1:9000' },
])('does not answer %o', (headers) => {
  expect(findForeignCaller(headers)).toMatch(/only\.|may not/);
});
