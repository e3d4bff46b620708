import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFreePort } from '../process/free-port.ts';
import { createKeyPair } from './interactions/signature.ts';
import { applicationId, bookClub, channelIds, guildId, roleIds, userIds } from './testing/book-club.ts';
import { botToken, clientSecret, request } from './testing/start-test-sandbox.ts';

const authorization = `Bot ${botToken}`;
const pair = createKeyPair();
const der = createPrivateKey(pair.private_key).export({ format: 'der', type: 'pkcs8' });

let directory: string;
let port: number;
let child: ChildProcess | undefined;

const stateFile = () => join(directory, 'discord.journal');

/** Starts the process as a stack does; resolves when it reports that it is ready. */
async function start(): Promise<void> {
  const communityFile = join(directory, 'community.json');
  await writeFile(communityFile, JSON.stringify(bookClub));
  const started = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      LOCAL_DISCORD_PORT: String(port),
      LOCAL_DISCORD_STATE_FILE: stateFile(),
      LOCAL_DISCORD_COMMUNITY_FILE: communityFile,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_BOT_TOKEN: botToken,
      DISCORD_CLIENT_SECRET: clientSecret,
      DISCORD_PUBLIC_KEY: pair.public_key,
      LOCAL_DISCORD_PRIVATE_KEY: der.toString('base64'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  for await (const chunk of started.stdout) if (String(chunk).includes('ready')) return;
  throw new Error('The sandbox ended before it was ready');
}

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const bot = (method: string, path: string, body?: unknown) =>
  request(method, `http://127.0.0.1:${port}/api/v10${path}`, body, { authorization });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'discord-restart-'));
  port = await findFreePort();
  await start();
});
afterEach(async () => {
  await kill();
  await rm(directory, { recursive: true });
});

test('everything acknowledged before a kill is there after it', async () => {
  const path = `/channels/${channelIds.general}/messages`;
  const draft = { content: 'kept', nonce: 'n1', enforce_nonce: true };
  const { body: message } = await bot('POST', path, draft);
  await bot('PUT', `/guilds/${guildId}/members/${userIds.lena}/roles/${roleIds.host}`);
  await bot('PUT', `/applications/${applicationId}/commands`, [{ name: 'shelf', description: 'Your shelf' }]);
  await kill();
  await start();
  expect((await bot('GET', `${path}/${message.id}`)).body.content).toBe('kept');
  expect((await bot('POST', path, draft)).body.id).toBe(message.id);
  expect((await bot('GET', `/guilds/${guildId}/members/${userIds.lena}`)).body.roles).toEqual([roleIds.host]);
  expect((await bot('GET', `/applications/${applicationId}/commands`)).body).toHaveLength(1);
  expect(BigInt((await bot('POST', path, { content: 'new' })).body.id)).toBeGreaterThan(BigInt(message.id));
});

test('a line torn by a kill is dropped, the rest stays', async () => {
  await bot('PUT', `/guilds/${guildId}/members/${userIds.tara}/roles/${roleIds.reader}`);
  await kill();
  await writeFile(stateFile(), `${await readFile(stateFile(), 'utf8')}{"table":"members","id":"torn`);
  await start();
  expect((await bot('GET', `/guilds/${guildId}/members/${userIds.tara}`)).body.roles).toEqual([
    roleIds.reader,
  ]);
});
