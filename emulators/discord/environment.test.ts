import { createPrivateKey } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeTemporaryDirectory } from '../process/temporary-directory.ts';
import { readEnvironment } from './environment.ts';
import { createKeyPair } from './interactions/signature.ts';
import { applicationId, bookClub } from './testing/book-club.ts';

const pair = createKeyPair();
const der = createPrivateKey(pair.private_key).export({ format: 'der', type: 'pkcs8' });
const communityFile = path.join(makeTemporaryDirectory('community-'), 'community.json');
writeFileSync(communityFile, JSON.stringify(bookClub));
afterAll(() => rmSync(path.dirname(communityFile), { recursive: true }));
const completeEnvironment = {
  LOCAL_DISCORD_STATE_FILE: '/data/discord.journal',
  LOCAL_DISCORD_COMMUNITY_FILE: communityFile,
  DISCORD_APPLICATION_ID: applicationId,
  DISCORD_CLIENT_SECRET: 'secret',
  DISCORD_BOT_TOKEN: 'token',
  DISCORD_PUBLIC_KEY: pair.public_key,
  LOCAL_DISCORD_PRIVATE_KEY: der.toString('base64'),
};

test('the port, the state and the community come from the environment', () => {
  const options = readEnvironment({ ...completeEnvironment, LOCAL_DISCORD_PORT: '4500' });
  expect([options.port, options.stateFile]).toEqual([4500, '/data/discord.journal']);
  expect(options.community).toEqual(bookClub);
});

test('a missing or malformed community is rejected with the name of its file', () => {
  const missing = `${communityFile}.missing`;
  expect(() => readEnvironment({ ...completeEnvironment, LOCAL_DISCORD_COMMUNITY_FILE: missing })).toThrow(
    missing,
  );
  const wrong = `${communityFile}.wrong`;
  const [guild] = bookClub.guilds;
  const guilds = [{ ...guild, permissions: ['fly'] }];
  writeFileSync(wrong, JSON.stringify({ ...bookClub, guilds }));
  expect(() => readEnvironment({ ...completeEnvironment, LOCAL_DISCORD_COMMUNITY_FILE: wrong })).toThrow(
    /wrong cannot be used.*not the name of a permission.*permissions/s,
  );
});

test('production is refused', () => {
  expect(() => readEnvironment({ ...completeEnvironment, NODE_ENV: 'production' })).toThrow(
    'refuses to run in production',
  );
});

test('missing variables are named', () => {
  expect(() => readEnvironment({})).toThrow(/DISCORD_BOT_TOKEN/);
});

test('interactions over the gateway leave no endpoint set', () => {
  const environment = {
    ...completeEnvironment,
    LOCAL_DISCORD_INTERACTIONS_URL: 'http://127.0.0.1:1/interactions',
  };
  expect(readEnvironment(environment).interactionsUrl).toBe('http://127.0.0.1:1/interactions');
  expect(readEnvironment({ ...environment, DISCORD_INTERACTIONS: 'gateway' }).interactionsUrl).toBeNull();
});
