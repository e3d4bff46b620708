/// <reference path="../_shared/edge-runtime.d.ts" />

import { answerInteraction } from '#bot/interactions/answer-interaction.ts';
import type { BotContext } from '#bot/interactions/command.ts';
import { parseInteraction } from '#bot/interactions/interaction.ts';
import { createDiscordRest } from '#bot/transport/rest.ts';
import { logFailure } from '#domain/platform/log.ts';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { interactionsEnvironment } from '../_shared/environments.ts';
import { readSignedBody } from '../_shared/read-signed-body.ts';

const environment = readEnvironment(interactionsEnvironment);
const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

function createContext() {
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

/** Discord's interactions endpoint: signed requests only. */
async function fetch(request: Request): Promise<Response> {
  try {
    prepared ??= createContext();
    const { context, publicKey } = prepared;
    const signed = await readSignedBody(request, publicKey);
    if (!signed.ok) return signed.response;
    const interaction = parseInteraction(signed.payload);
    if (!interaction) return new Response('not an interaction we know', { status: 400 });
    const { response, afterwards } = await answerInteraction(interaction, context);
    EdgeRuntime.waitUntil(afterwards);
    return Response.json(response);
  } catch (error) {
    logFailure('interaction not answered', error);
    return new Response('internal error', { status: 500 });
  }
}

export default { fetch };
