/// <reference path="../_shared/edge-runtime.d.ts" />

import { answerInteraction } from '#bot/interactions/answer-interaction.ts';
import type { InteractionContext } from '#bot/interactions/command.ts';
import { parseInteraction } from '#bot/interactions/parse-interaction.ts';
import { getPublicStore, getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { interactionsEnvironment } from '../_shared/environments.ts';
import { ProblemError } from '../_shared/problem.ts';
import { readSignedBody } from '../_shared/read-signed-body.ts';
import { serveRequests } from '../_shared/serve-requests.ts';
import { createAnswerEditor } from './edit-answer.ts';

const environment = readEnvironment(interactionsEnvironment);
const clock = {
  now: () => Date.now(),
  sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

function createContext() {
  const context: InteractionContext = {
    store: getStore(),
    publicStore: getPublicStore(),
    editAnswer: createAnswerEditor(environment.DISCORD_API_URL, environment.DISCORD_APPLICATION_ID),
    webUrl: environment.PUBLIC_WEB_URL,
    clock,
  };
  return { context, publicKey: environment.DISCORD_PUBLIC_KEY };
}
let prepared: ReturnType<typeof createContext> | null = null;

/** Discord's interactions endpoint: signed requests only. */
async function answer(request: Request): Promise<Response> {
  prepared ??= createContext();
  const { context, publicKey } = prepared;
  const interaction = parseInteraction(await readSignedBody(request, publicKey));
  if (!interaction) {
    throw new ProblemError({
      status: 400,
      code: 'interaction_unknown',
      title: 'This is not an interaction that we know.',
      detail: 'Send what Discord describes under Receiving and Responding.',
    });
  }
  const { response, afterwards } = await answerInteraction(interaction, context);
  EdgeRuntime.waitUntil(afterwards);
  return Response.json(response);
}

export default serveRequests(answer, {
  status: 500,
  code: 'interaction_not_answered',
  title: 'The interaction was not answered.',
  detail: 'Use the command again.',
});
