import { type APIInteractionResponse, InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { logFailure } from '#domain/platform/log.ts';
import type { MessageBody } from '../platform/message.ts';
import type { InteractionContext } from './command.ts';
import { deliverAnswer } from './deliver-answer.ts';
import { findHandler, spellCommand } from './find-handler.ts';
import type { ActingInteraction, AutocompleteInteraction, Interaction } from './interaction.ts';
import { type Job, resolveJob } from './resolve-job.ts';
import { type JobRun, startJob } from './run-job.ts';

/** The answer that Discord gets now, and the work that follows it. */
export interface Answered {
  response: APIInteractionResponse;
  afterwards: Promise<void>;
}

/** Discord shows "did not respond" after 3 s; people notice delays above 200 ms. */
const acknowledgeAfterMs = 120;
const saveTimeoutMs = 1_500;
const completeTimeoutMs = 1_500;

const nothing = Promise.resolve();

function toResponse(delivery: Job['delivery'], message: MessageBody): APIInteractionResponse {
  if (delivery === 'update') return { type: InteractionResponseType.UpdateMessage, data: message };
  const flags = delivery === 'share' ? message.flags : message.flags | MessageFlags.Ephemeral;
  return { type: InteractionResponseType.ChannelMessageWithSource, data: { ...message, flags } };
}

function toAcknowledgement(delivery: Job['delivery']): APIInteractionResponse {
  if (delivery === 'update') return { type: InteractionResponseType.DeferredMessageUpdate };
  const flags = delivery === 'share' ? undefined : MessageFlags.Ephemeral;
  return { type: InteractionResponseType.DeferredChannelMessageWithSource, data: { flags } };
}

async function deliverLater(
  interaction: ActingInteraction,
  run: JobRun,
  context: InteractionContext,
): Promise<void> {
  const message = await run.message;
  try {
    await deliverAnswer(interaction, message, context);
  } catch (cause) {
    logFailure('interaction answer not delivered', cause, { interaction_id: interaction.id });
    return;
  }
  await run.finish();
}

async function answerActing(interaction: ActingInteraction, context: InteractionContext): Promise<Answered> {
  const job = resolveJob(interaction);
  const form = await job.open(context);
  if (form) return { response: { type: InteractionResponseType.Modal, data: form }, afterwards: nothing };
  const run = startJob(interaction, job, context);
  if (job.writes) await Promise.race([run.saved, context.clock.sleep(saveTimeoutMs)]);
  const inTime = await Promise.race([run.message, context.clock.sleep(acknowledgeAfterMs)]);
  if (inTime) return { response: toResponse(job.delivery, inTime), afterwards: run.finish() };
  return { response: toAcknowledgement(job.delivery), afterwards: deliverLater(interaction, run, context) };
}

async function answerAutocomplete(
  interaction: AutocompleteInteraction,
  context: InteractionContext,
): Promise<Answered> {
  const completing = (
    findHandler(interaction)?.complete?.(interaction, context) ?? Promise.resolve([])
  ).catch((cause: unknown) => {
    logFailure('autocomplete failed', cause, { command: spellCommand(interaction) });
    return [];
  });
  const choices = (await Promise.race([completing, context.clock.sleep(completeTimeoutMs)])) ?? [];
  const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
  return { response: { type, data: { choices: choices.slice(0, 25) } }, afterwards: nothing };
}

/**
 * Answers one interaction, over HTTP or gateway alike. An interaction is in one of these states:
 *
 *   received        read from a signed request or the gateway. A button or command that opens a form goes no further: the
 *                   form is the answer, and sending it is an interaction of its own
 *   saved           begin_interaction has counted it against its person's limit and, when it changes something, has kept
 *                   it under its id. Only then is it acknowledged, after 1.5 s in any case. An id that was saved before
 *                   gets its first answer again
 *   acknowledged    the handler was done within 120 ms: its message is the response
 *   deferred        it was not: the response says "thinking", and the message replaces that when the handler is done
 *   completed       finish_interaction has recorded outcome and message, and forgotten what was kept
 *
 * One that changes something and is still saved after 8 s (its process died, the handler failed, Discord did not take the
 * message) is answered later: complete-interactions executes it again in the worker, and replaces the answer. Effects are
 * keyed by the interaction's id, so a second execution has none. After 15 minutes Discord accepts no answer,
 * so the interaction has failed.
 */
export async function answerInteraction(
  interaction: Interaction,
  context: InteractionContext,
): Promise<Answered> {
  if (interaction.kind === 'ping') {
    return { response: { type: InteractionResponseType.Pong }, afterwards: nothing };
  }
  return interaction.kind === 'autocomplete'
    ? answerAutocomplete(interaction, context)
    : answerActing(interaction, context);
}
