import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Write } from '../../process/append-file.ts';
import type { Community } from '../community.ts';
import { createKeyPair } from '../interactions/signature.ts';
import { startSandbox } from '../sandbox.ts';
import { applicationId, bookClub } from './book-club.ts';

export const botToken = 'sandbox.bot.token';
export const clientSecret = 'sandbox-client-secret';

/** The response to a request to the sandbox. */
interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes
  body: any;
}

/** Sends JSON and reads the response, JSON or not. */
export async function request(method: string, url: string, body?: unknown, headers = {}): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * A sandbox on a free port with separate state, and with the book club by default. Close it at the end.
 * @param options.parent the folder for its state; `write` is how the state is written to disk
 */
export async function startTestSandbox({
  community = bookClub,
  parent = tmpdir(),
  write,
}: {
  community?: Community;
  parent?: string;
  write?: Write;
} = {}) {
  const directory = await mkdtemp(join(parent, 'discord-sandbox-'));
  const credentials = {
    application_id: applicationId,
    client_secret: clientSecret,
    bot_token: botToken,
    ...createKeyPair(),
  };
  const stateFile = join(directory, 'state.journal');
  const start = () => startSandbox({ port: 0, stateFile, credentials, community, write });
  let sandbox = await start();
  return {
    url: () => sandbox.url,
    world: () => sandbox.world,
    publicKey: credentials.public_key,
    /** A REST call as the bot. */
    bot: (method: string, path: string, body?: unknown, headers = {}) =>
      request(method, `${sandbox.url}/api/v10${path}`, body, {
        authorization: `Bot ${botToken}`,
        ...headers,
      }),
    /** A call to the control API. */
    control: (method: string, path: string, body?: unknown) =>
      request(method, `${sandbox.url}/_sandbox/${path}`, body),
    async restart() {
      await sandbox.close();
      sandbox = await start();
    },
    async close() {
      await sandbox.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type TestSandbox = Awaited<ReturnType<typeof startTestSandbox>>;
