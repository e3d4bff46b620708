import * as spec from 'discord-api-spec/zod';
import { applyDraft } from '../actions/compose-message.ts';
import { deleteMessage, publishMessage, replaceMessage } from '../actions/publish-message.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { blankAnswer } from '../interactions/answer.ts';
import { tokenLivesMs } from '../interactions/send.ts';
import { messageDraftSchema } from '../rules/message-rules.ts';
import { invalidWebhookToken, unknownMessage, unknownWebhook } from '../rules/rest-error.ts';
import type { Interaction, Message } from '../state/records.ts';
import { messageFlags, toMessageBody } from '../wire/message.ts';

/**
 * The interaction of the token in the path. Tokens become valid with the first answer and last 15 minutes.
 */
function findInteraction(call: Call): Interaction {
  const { world } = call.sandbox;
  const token = call.param('webhook_token');
  const interaction = world.interactions.find((row) => row.token === token);
  if (!interaction || call.param('webhook_id') !== world.credentials.application_id) throw unknownWebhook();
  if (interaction.state === 'waiting' || interaction.state === 'failed') throw unknownWebhook();
  if (world.clock.now() - interaction.created_at_ms > tokenLivesMs) throw invalidWebhookToken();
  return interaction;
}

function findOriginal(call: Call, interaction: Interaction): Message {
  const message = call.sandbox.world.messages.get(interaction.original_message_id ?? '');
  if (!message) throw unknownMessage();
  return message;
}

function findFollowUp(call: Call, interaction: Interaction): Message {
  const message = call.sandbox.world.messages.get(call.param('message_id'));
  if (message?.interaction_id === interaction.id || message?.id === interaction.original_message_id) {
    if (message) return message;
  }
  throw unknownMessage();
}

function give(call: Call, message: Message): Answer {
  return { status: 200, body: toMessageBody(call.sandbox.world, call.sandbox.origin, message) };
}

function edit(call: Call, message: Message): Message {
  const draft = messageDraftSchema.parse(call.body);
  const wasLoading = (message.flags & messageFlags.loading) !== 0;
  return replaceMessage(call.sandbox, applyDraft(call.sandbox, message, draft, call.uploads), !wasLoading);
}

function editOriginal(call: Call, interaction: Interaction): Message {
  const { world } = call.sandbox;
  const message = edit(call, findOriginal(call, interaction));
  world.interactions.put({ ...interaction, state: 'answered' });
  world.hub.change({ kind: 'interaction', interaction_id: interaction.id });
  return message;
}

function removeOriginal(call: Call): Answer {
  const { world } = call.sandbox;
  const interaction = findInteraction(call);
  deleteMessage(call.sandbox, findOriginal(call, interaction));
  world.interactions.put({ ...interaction, state: 'answered' });
  world.hub.change({ kind: 'interaction', interaction_id: interaction.id });
  return { status: 204 };
}

function createFollowUp(call: Call): Answer {
  const interaction = findInteraction(call);
  // Discord uses the first follow-up to fill a deferred answer, which keeps its original visibility.
  if (interaction.state === 'thinking') return give(call, editOriginal(call, interaction));
  const draft = messageDraftSchema.parse(call.body);
  const isEphemeral = ((draft.flags ?? 0) & messageFlags.ephemeral) !== 0;
  const blank = { ...blankAnswer(call.sandbox, interaction, isEphemeral), type: 19 };
  return give(call, publishMessage(call.sandbox, applyDraft(call.sandbox, blank, draft, call.uploads)));
}

const root = '/webhooks/{webhook_id}/{webhook_token}';
const auth = 'token';
const gives = spec.MessageResponseSchema;
const acceptsEdit = spec.IncomingWebhookUpdateRequestPartialSchema;

/** Edits of the first answer and follow-ups; the interaction's token is the credential. */
export const webhookRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: root,
    auth,
    gives,
    accepts: spec.IncomingWebhookRequestPartialSchema,
    handle: createFollowUp,
  },
  {
    method: 'GET',
    path: `${root}/messages/@original`,
    auth,
    gives,
    handle: (call) => give(call, findOriginal(call, findInteraction(call))),
  },
  {
    method: 'PATCH',
    path: `${root}/messages/@original`,
    auth,
    gives,
    accepts: acceptsEdit,
    handle: (call) => give(call, editOriginal(call, findInteraction(call))),
  },
  { method: 'DELETE', path: `${root}/messages/@original`, auth, handle: removeOriginal },
  {
    method: 'GET',
    path: `${root}/messages/{message_id}`,
    auth,
    gives,
    handle: (call) => give(call, findFollowUp(call, findInteraction(call))),
  },
  {
    method: 'PATCH',
    path: `${root}/messages/{message_id}`,
    auth,
    gives,
    accepts: acceptsEdit,
    handle: (call) => give(call, edit(call, findFollowUp(call, findInteraction(call)))),
  },
  {
    method: 'DELETE',
    path: `${root}/messages/{message_id}`,
    auth,
    handle(call) {
      deleteMessage(call.sandbox, findFollowUp(call, findInteraction(call)));
      return { status: 204 };
    },
  },
];
