import type {
  APICommandAutocompleteInteractionResponseCallbackData,
  APIModalInteractionResponseCallbackData,
  RESTPostAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { StoreClient } from '#store/store-client.ts';
import type { MessageBody } from '../platform/message.ts';
import type { AutocompleteInteraction, CommandInteraction, ComponentInteraction } from './interaction.ts';

/**
 * What handlers of interactions may use, in whichever process they run: the edge function, the gateway, the worker. Built
 * once per process by the entry point.
 */
export interface InteractionContext {
  /** With the secret key: handlers authorise the person themselves, through the linked identity. */
  store: StoreClient;
  /** With the public's permissions, for what one person sees about another. */
  publicStore: StoreClient;
  /**
   * Replaces the answer of the interaction that the token belongs to; possible for 15 minutes. Throws
   * DiscordError or a subclass of it.
   */
  editAnswer(token: string, message: MessageBody): Promise<void>;
  /** Address of the website, without a trailing slash. */
  webUrl: string;
  clock: { now(): number; sleep(delayMs: number): Promise<void> };
}

/** What the person sees, and how it counts in the command log. */
export interface Reply {
  message: MessageBody;
  outcome: 'done' | 'refused';
}

export type Choices = NonNullable<APICommandAutocompleteInteractionResponseCallbackData['choices']>;
export type Modal = APIModalInteractionResponseCallbackData;

/** What answers a command or a subcommand. */
export interface CommandHandler {
  /**
   * True if it changes something. It is then stored before it is acknowledged, and completed after a crash.
   */
  writes: boolean;
  /**
   * A form to open at once instead of executing. Discord waits 3 s for it and accepts no deferral, so at most
   * one lookup.
   */
  open?(interaction: CommandInteraction, context: InteractionContext): Promise<Modal | null>;
  execute(interaction: CommandInteraction, context: InteractionContext): Promise<Reply>;
  complete?(interaction: AutocompleteInteraction, context: InteractionContext): Promise<Choices>;
}

/** A command without subcommands: what Discord shows, and what answers it. */
export interface Command extends CommandHandler {
  definition: RESTPostAPIApplicationCommandsJSONBody;
}

/** A command that only exists through its subcommands. */
export interface CommandTree {
  definition: RESTPostAPIApplicationCommandsJSONBody;
  /** By group and name, such as "credits grant". */
  subcommands: ReadonlyMap<string, CommandHandler>;
}

/** A button that opens a form; null if what it carries is out of date. */
export interface OpeningComponent {
  kind: 'opens';
  /** First part of the custom_id. */
  action: string;
  open(args: readonly string[]): Modal | null;
}

/**
 * Where a component's answer appears: update = it replaces the message that the component belongs to; reply =
 * a new message for this person; share = a new one for the channel.
 */
export type Delivery = 'update' | 'reply' | 'share';

/** A button or a sent form that does something. */
export interface ExecutingComponent {
  kind: 'executes';
  /** First part of the custom_id. */
  action: string;
  writes: boolean;
  delivery: Delivery;
  execute(
    interaction: ComponentInteraction,
    args: readonly string[],
    context: InteractionContext,
  ): Promise<Reply>;
}

export type Component = OpeningComponent | ExecutingComponent;
