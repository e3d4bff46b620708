import * as spec from 'discord-api-spec/zod';
import type { Answer, Call, Route } from '../http/route.ts';
import { acceptCallback, callbackTypes } from '../interactions/answer.ts';
import { unknownInteraction } from '../rules/rest-error.ts';
import { messageFlags, toMessageBody } from '../wire/message.ts';

/** The first answer to an interaction, for applications on the gateway or those that answered 202. */
function answerInteraction(call: Call): Answer {
  const { sandbox } = call;
  const { world } = sandbox;
  const id = call.param('interaction_id');
  if (world.interactions.get(id)?.token !== call.param('interaction_token')) throw unknownInteraction();
  const interaction = acceptCallback(sandbox, id, call.body, call.uploads);
  if (call.query.get('with_response') !== 'true') return { status: 204 };
  const message = world.messages.get(interaction.original_message_id ?? '');
  const type = Number(interaction.response?.type);
  const isUpdate = type === callbackTypes.update || type === callbackTypes.deferUpdate;
  return {
    status: 200,
    body: {
      interaction: {
        id,
        type: interaction.type,
        ...(message
          ? {
              response_message_id: message.id,
              response_message_loading: (message.flags & messageFlags.loading) !== 0,
              response_message_ephemeral: message.ephemeral_for !== null,
            }
          : {}),
      },
      ...(message && type !== callbackTypes.deferUpdate
        ? { resource: { type: isUpdate ? 7 : 4, message: toMessageBody(world, sandbox.origin, message) } }
        : {}),
    },
  };
}

/** The callback route. */
export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/{interaction_id}/{interaction_token}/callback',
    auth: 'token',
    gives: spec.InteractionCallbackResponseSchema,
    handle: answerInteraction,
  },
];
