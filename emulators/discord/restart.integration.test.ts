import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFreePort } from '../process/free-port.ts';
import { createKeyPair } from './interactions/signature.ts';
import { APPLICATION_ID, CHANNEL_IDS, GUILD_ID, ROLE_IDS, USER_IDS } from './seed.ts';
import { BOT_TOKEN, CLIENT_SECRET, request } from './test-sandbox.ts';

const authorization = `Bot ${BOT_TOKEN}`;
const pair = createKeyPair();
const der = createPrivateKey(pair.private_key).export({ format: 'der', type: 'pkcs8' });

let directory: string;
let port: number;
let child: ChildProcess | undefined;

/** Starts the process that `npm start` starts; resolves when it says that it is ready. */
async function start(): Promise<void> {
  const started = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      LOCAL_DISCORD_PORT: String(port),
      LOCAL_DATA_DIR: directory,
      DISCORD_APPLICATION_ID: APPLICATION_ID,
      DISCORD_BOT_TOKEN: BOT_TOKEN,
      DISCORD_CLIENT_SECRET: CLIENT_SECRET,
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

test('everything that was answered before a kill is there after it', async () => {
  const path = `/channels/${CHANNEL_IDS.general}/messages`;
  const draft = { content: 'kept', nonce: 'n1', enforce_nonce: true };
  const { body: message } = await bot('POST', path, draft);
  await bot('PUT', `/guilds/${GUILD_ID}/members/${USER_IDS.pia}/roles/${ROLE_IDS.champion}`);
  await bot('PUT', `/applications/${APPLICATION_ID}/commands`, [{ name: 'rank', description: 'Your rank' }]);
  await kill();
  await start();
  expect((await bot('GET', `${path}/${message.id}`)).body.content).toBe('kept');
  expect((await bot('POST', path, draft)).body.id).toBe(message.id);
  expect((await bot('GET', `/guilds/${GUILD_ID}/members/${USER_IDS.pia}`)).body.roles).toEqual([
    ROLE_IDS.champion,
  ]);
  expect((await bot('GET', `/applications/${APPLICATION_ID}/commands`)).body).toHaveLength(1);
  expect(BigInt((await bot('POST', path, { content: 'new' })).body.id)).toBeGreaterThan(BigInt(message.id));
});

test('a line that a kill tore apart is forgotten, the rest stays', async () => {
  await bot('PUT', `/guilds/${GUILD_ID}/members/${USER_IDS.rob}/roles/${ROLE_IDS.silver}`);
  await kill();
  const file = join(directory, 'discord.journal');
  await writeFile(file, `${await readFile(file, 'utf8')}{"table":"members","id":"torn`);
  await start();
  expect((await bot('GET', `/guilds/${GUILD_ID}/members/${USER_IDS.rob}`)).body.roles).toEqual([
    ROLE_IDS.silver,
  ]);
});
