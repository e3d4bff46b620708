import { expect, test } from 'vitest';
import { readExternalEngine } from './external-engine.ts';

test('an address switches the embedded engine off', () => {
  expect(readExternalEngine({ INNGEST_DEV: 'http://127.0.0.1:8288', HOME: '/home/ada' })).toEqual({
    INNGEST_DEV: 'http://127.0.0.1:8288',
  });
  const hosted = {
    INNGEST_BASE_URL: 'https://inngest.example',
    INNGEST_EVENT_KEY: 'e',
    INNGEST_SIGNING_KEY: 's',
  };
  expect(readExternalEngine(hosted)).toEqual(hosted);
});

test('a mere mode, or nothing, leaves it on', () => {
  expect(readExternalEngine({ INNGEST_DEV: '1', INNGEST_EVENT_KEY: 'e' })).toBeNull();
  expect(readExternalEngine({})).toBeNull();
});
