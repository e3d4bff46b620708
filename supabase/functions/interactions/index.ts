/// <reference path="../_shared/edge-runtime.d.ts" />

import { z } from 'zod';
import { answerInteraction } from '#bot/answer-interaction.ts';
import type { BotContext } from '#bot/command.ts';
import { parseInteraction } from '#bot/interaction.ts';
import { logFailure } from '#bot/log.ts';
import { createDiscordRest } from '#bot/rest.ts';
import { isSignedByDiscord } from '#bot/signature.ts';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { BodyTooLargeError, readBodyText } from '../_shared/read-body.ts';

const bodyBytesMax = 256 * 1024;
const environmentShape = {
  DISCORD_API_URL: z.url().default('https://discord.com/api'),
  DISCORD_APPLICATION_ID: z.string(),
  DISCORD_BOT_TOKEN: z.string(),
  DISCORD_PUBLIC_KEY: z.string(),
  PUBLIC_WEB_URL: z.url(),
};
const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

function createContext() {
  const environment = readEnvironment(environmentShape);
  const context: BotContext = {
    store: getStore(),
    publicStore: getPublicStore(),
    rest: createDiscordRest({ apiUrl: environment.DISCORD_API_URL, token: environment.DISCORD_BOT_TOKEN }),
    applicationId: environment.DISCORD_APPLICATION_ID,
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
  return { context, publicKey: environment.DISCORD_PUBLIC_KEY };
}
let prepared: ReturnType<typeof createContext> | null = null;

/** Discord's interactions endpoint: nothing is looked at before the signature over the raw body holds. */
async function fetch(request: Request): Promise<Response> {
  if (request.method !== 'POST')
    return new Response('POST only', { status: 405, headers: { allow: 'POST' } });
  try {
    prepared ??= createContext();
    const { context, publicKey } = prepared;
    const body = await readBodyText(request, bodyBytesMax);
    const signature = request.headers.get('x-signature-ed25519');
    const timestamp = request.headers.get('x-signature-timestamp');
    const isSigned = await isSignedByDiscord({ signature, timestamp, body }, publicKey, Date.now());
    if (!isSigned) return new Response('invalid request signature', { status: 401 });
    const interaction = parseInteraction(JSON.parse(body));
    if (!interaction) return new Response('not an interaction we know', { status: 400 });
    const { response, afterwards } = await answerInteraction(interaction, context);
    EdgeRuntime.waitUntil(afterwards);
    return Response.json(response);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return new Response(error.message, { status: 413 });
    if (error instanceof SyntaxError) return new Response('the body is not JSON', { status: 400 });
    logFailure('interaction not answered', error);
    return new Response('internal error', { status: 500 });
  }
}

export default { fetch };
