import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';
import { createKeyPair } from './interactions/signature.ts';

const pair = createKeyPair();
const der = createPrivateKey(pair.private_key).export({ format: 'der', type: 'pkcs8' });
const ENVIRONMENT = {
  DISCORD_CLIENT_SECRET: 'secret',
  DISCORD_BOT_TOKEN: 'token',
  DISCORD_PUBLIC_KEY: pair.public_key,
  LOCAL_DISCORD_PRIVATE_KEY: der.toString('base64'),
};

test('the port follows the offset, the state lives in the data directory', () => {
  const options = readEnvironment({ ...ENVIRONMENT, LOCAL_PORT_OFFSET: '100', LOCAL_DATA_DIR: '/data' });
  expect([options.port, options.stateFile]).toEqual([4500, '/data/discord.journal']);
});

test('production is refused', () => {
  expect(() => readEnvironment({ ...ENVIRONMENT, NODE_ENV: 'production' })).toThrow(
    'refuses to run in production',
  );
});

test('what is missing is named', () => {
  expect(() => readEnvironment({})).toThrow(/DISCORD_BOT_TOKEN/);
});

test('interactions over the gateway leave no endpoint set', () => {
  const environment = { ...ENVIRONMENT, LOCAL_DISCORD_INTERACTIONS_URL: 'http://127.0.0.1:1/interactions' };
  expect(readEnvironment(environment).interactionsUrl).toBe('http://127.0.0.1:1/interactions');
  expect(readEnvironment({ ...environment, DISCORD_INTERACTIONS: 'gateway' }).interactionsUrl).toBeNull();
});
