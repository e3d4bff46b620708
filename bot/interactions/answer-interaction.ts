import { type APIInteractionResponse, InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { logFailure } from '#domain/platform/log.ts';
import type { MessageBody } from '../platform/message.ts';
import type { BotContext } from './command.ts';
import { deliverAnswer } from './deliver-answer.ts';
import type { ActingInteraction, AutocompleteInteraction, Interaction } from './interaction.ts';
import { commands } from './registry.ts';
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

async function deliverLater(interaction: ActingInteraction, run: JobRun, context: BotContext): Promise<void> {
  const message = await run.message;
  try {
    await deliverAnswer(interaction, message, context);
  } catch (cause) {
    logFailure('interaction answer not delivered', cause, { interaction_id: interaction.id });
    return;
  }
  await run.finish();
}

async function answerActing(interaction: ActingInteraction, context: BotContext): Promise<Answered> {
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
  context: BotContext,
): Promise<Answered> {
  const command = commands.find((candidate) => candidate.definition.name === interaction.name);
  const completing = (command?.complete?.(interaction, context) ?? Promise.resolve([])).catch(
    (cause: unknown) => {
      logFailure('autocomplete failed', cause, { command: interaction.name });
      return [];
    },
  );
  const choices = (await Promise.race([completing, context.clock.sleep(completeTimeoutMs)])) ?? [];
  const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
  return { response: { type, data: { choices: choices.slice(0, 25) } }, afterwards: nothing };
}

/**
 * Answers one interaction, over HTTP or gateway alike: directly if the handler finishes within 120 ms,
 * otherwise with an acknowledgement that is edited later. Writes are stored before the acknowledgement, keyed
 * by the interaction id, so a crash in between is completed later and a repeated delivery takes effect once.
 */
export async function answerInteraction(interaction: Interaction, context: BotContext): Promise<Answered> {
  if (interaction.kind === 'ping') {
    return { response: { type: InteractionResponseType.Pong }, afterwards: nothing };
  }
  return interaction.kind === 'autocomplete'
    ? answerAutocomplete(interaction, context)
    : answerActing(interaction, context);
}
