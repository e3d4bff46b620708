import { z } from 'zod';
import { openDm } from '../actions/open-dm.ts';
import { InputProblem, type OptionValues, optionValuesSchema } from '../interactions/command-options.ts';
import {
  buildAutocomplete,
  buildCommand,
  buildContextCommand,
  type Invocation,
  requirePresence,
} from '../interactions/invoke.ts';
import { sendInteraction, waitForInteraction } from '../interactions/send.ts';
import { postSigned } from '../interactions/signature.ts';
import { buildComponentUse, buildModalSubmit, fieldsSchema } from '../interactions/use-component.ts';
import { type Interaction, type JsonObject, jsonObjectSchema } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { type ControlCall, type ControlRoute, UnknownThing } from './control-route.ts';
import { findChannel, findMessage, findUser } from './lookup.ts';
import { toViewedMessage } from './view.ts';

const waitSchema = z.looseObject({
  user_id: z.string(),
  /** `final` also waits for the edit that fills a deferred answer; `ack` does not. */
  wait: z.literal(['ack', 'final']).default('final'),
  wait_ms: z.number().default(15_000),
});

/** Options as `{name: value}` or as Discord's own list, nested for subcommands. */
interface SentOption {
  name: string;
  value?: string | number | boolean | undefined;
  options?: SentOption[] | undefined;
}
const sentOptionSchema: z.ZodType<SentOption> = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  get options() {
    return z.array(sentOptionSchema).optional();
  },
});

const invocationSchema = waitSchema.extend({
  channel_id: z.string().optional(),
  name: z.string(),
  options: z.union([optionValuesSchema, z.array(sentOptionSchema)]).default({}),
  target_id: z.string().optional(),
  focused: z.string().optional(),
  force: z.boolean().default(false),
});

/** Extracts the subcommand path and the values from Discord's nested list. */
function unnest(options: readonly SentOption[]): { path: string[]; values: OptionValues } {
  const [first] = options;
  if (first && first.value === undefined) {
    const inner = unnest(first.options ?? []);
    return { path: [first.name, ...inner.path], values: inner.values };
  }
  const values = options.flatMap((option) =>
    option.value === undefined ? [] : [[option.name, option.value] as const],
  );
  return { path: [], values: Object.fromEntries(values) };
}

function readInvocation(sandbox: Sandbox, body: unknown) {
  const asked = invocationSchema.parse(body);
  const { world } = sandbox;
  const user = findUser(world, asked.user_id);
  // Without a channel, the command is used in the conversation with the bot.
  const channel =
    asked.channel_id === undefined ? openDm(sandbox, user.id) : findChannel(world, asked.channel_id);
  requirePresence(world, channel, user);
  const { path, values } = Array.isArray(asked.options)
    ? unnest(asked.options)
    : { path: [], values: asked.options };
  const name = [asked.name, ...path].join(' ');
  const invocation: Invocation = { user, channel, name, values, isForced: asked.force };
  return { asked, invocation };
}

/** Sends an interaction and returns the answer. */
async function play(sandbox: Sandbox, interaction: Interaction, body: unknown): Promise<JsonObject> {
  const { wait, wait_ms } = waitSchema.parse(body);
  sendInteraction(sandbox, interaction);
  const isDone = ({ state }: Interaction): boolean =>
    state === 'answered' || state === 'failed' || (wait === 'ack' && state === 'thinking');
  const last = await waitForInteraction(sandbox, interaction.id, isDone, wait_ms);
  const message = sandbox.world.messages.get(last?.original_message_id ?? '');
  return {
    interaction_id: interaction.id,
    state: last?.state ?? 'failed',
    problem: last?.problem ?? null,
    response: last?.response ?? null,
    message: message ? toViewedMessage(sandbox, message) : null,
  };
}

function useCommand({ sandbox, body }: ControlCall): Promise<JsonObject> {
  const { asked, invocation } = readInvocation(sandbox, body);
  const interaction =
    asked.target_id === undefined
      ? buildCommand(sandbox, invocation)
      : buildContextCommand(sandbox, invocation, asked.target_id);
  return play(sandbox, interaction, body);
}

function askForChoices({ sandbox, body }: ControlCall): Promise<JsonObject> {
  const { asked, invocation } = readInvocation(sandbox, body);
  if (asked.focused === undefined) throw new InputProblem('"focused" names the option that is being typed');
  return play(sandbox, buildAutocomplete(sandbox, invocation, asked.focused), body);
}

const componentUseSchema = waitSchema.extend({
  message_id: z.string(),
  custom_id: z.string(),
  values: z.array(z.string()).default([]),
});

function useComponent({ sandbox, body }: ControlCall): Promise<JsonObject> {
  const { user_id, message_id, custom_id, values } = componentUseSchema.parse(body);
  const user = findUser(sandbox.world, user_id);
  const message = findMessage(sandbox.world, message_id);
  requirePresence(sandbox.world, findChannel(sandbox.world, message.channel_id), user);
  return play(sandbox, buildComponentUse(sandbox, { user, message, custom_id, values }), body);
}

const modalSubmitSchema = waitSchema.extend({ custom_id: z.string(), fields: fieldsSchema.default({}) });

function submitModal({ sandbox, body }: ControlCall): Promise<JsonObject> {
  const { user_id, custom_id, fields } = modalSubmitSchema.parse(body);
  const user = findUser(sandbox.world, user_id);
  return play(sandbox, buildModalSubmit(sandbox, { user, custom_id, fields }), body);
}

const redeliverySchema = z.object({
  signature: z.literal(['valid', 'wrong']).default('valid'),
  age_seconds: z.number().default(0),
  /** Replaces parts of the body; the signature matches the changed body. */
  change: jsonObjectSchema.default({}),
});

/**
 * Sends the identical interaction to the endpoint again and returns its raw response; nothing changes here.
 */
async function redeliver({ sandbox, params, body }: ControlCall): Promise<JsonObject> {
  const { world } = sandbox;
  const asked = redeliverySchema.parse(body ?? {});
  const interaction = world.interactions.get(params.interaction_id ?? '');
  const url = world.application().interactions_endpoint_url;
  if (!interaction) throw new UnknownThing(`No interaction "${params.interaction_id}"`);
  if (url === null) throw new InputProblem('No interactions endpoint is set');
  const target = { url, private_key: world.credentials.private_key, nowMs: Date.now() };
  const options = { spoilSignature: asked.signature === 'wrong', ageSeconds: asked.age_seconds };
  const answer = await postSigned(target, { ...interaction.payload, ...asked.change }, options);
  world.hub.note('interaction', `delivered again → ${answer.status}`, {
    interaction_id: interaction.id,
    ...asked,
  });
  return { status: answer.status, body: answer.text };
}

/** Actions of people who use the application. */
export const interactRoutes: readonly ControlRoute[] = [
  { method: 'POST', path: '/_sandbox/interactions/command', handle: useCommand },
  { method: 'POST', path: '/_sandbox/interactions/autocomplete', handle: askForChoices },
  { method: 'POST', path: '/_sandbox/interactions/component', handle: useComponent },
  { method: 'POST', path: '/_sandbox/interactions/modal', handle: submitModal },
  { method: 'POST', path: '/_sandbox/interactions/:interaction_id/redeliver', handle: redeliver },
];
