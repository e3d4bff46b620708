import { z } from 'zod';
import type { InteractionContext } from '#bot/interactions/command.ts';
import { DiscordError, DiscordUnreachableError } from '#bot/transport/discord-error.ts';

const timeoutMs = 5_000;
const errorBody = z.object({ message: z.string().default(''), code: z.number().default(0) });

/**
 * The one request that an edge function makes to Discord, with the interaction's own token as the credential. A
 * plain request, because the client of the other processes would double the cold start. There is no retry: an
 * answer that does not arrive leaves the interaction open, and the worker completes it.
 */
export function createAnswerEditor(apiUrl: string, applicationId: string): InteractionContext['editAnswer'] {
  const route = `PATCH /webhooks/${applicationId}/***/messages/@original`;
  return async (token, message) => {
    const response = await fetch(`${apiUrl}/v10/webhooks/${applicationId}/${token}/messages/@original`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'user-agent': 'DiscordBot (https://dealscale.io, 1.0)' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new DiscordUnreachableError(route, cause);
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return;
    const { code, message: text } = errorBody.catch({ code: 0, message: 'no details given' }).parse(answer);
    throw new DiscordError(route, response.status, code, text);
  };
}
