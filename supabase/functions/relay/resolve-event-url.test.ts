import { expect, test } from 'vitest';
import { resolveEventUrl } from './resolve-event-url.ts';

const explicit = { INNGEST_EVENT_URL: 'https://events.example' };
const engine = { INNGEST_DEV: 'http://127.0.0.1:8288' };
const selfHosted = { INNGEST_BASE_URL: 'https://inngest.example' };

test.each([
  [
    'an explicit address before all others',
    { ...explicit, ...engine, ...selfHosted },
    'https://events.example',
  ],
  ['the development engine before a self-hosted one', { ...engine, ...selfHosted }, 'http://127.0.0.1:8288'],
  ['a self-hosted one', selfHosted, 'https://inngest.example'],
  [
    'a self-hosted one, though development is switched on without an address',
    { ...selfHosted, INNGEST_DEV: '1' },
    'https://inngest.example',
  ],
  ['the cloud when nothing is set', {}, 'https://inn.gs'],
])('events go to %s', (_name, addresses, expected) => {
  expect(resolveEventUrl(addresses)).toBe(expected);
});
