import type {
  APICommandAutocompleteInteractionResponseCallbackData,
  APIModalInteractionResponseCallbackData,
  RESTPostAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { StoreClient } from '#store/store-client.ts';
import type { MessageBody } from '../platform/message.ts';
import type { DiscordRest } from '../transport/rest.ts';
import type { AutocompleteInteraction, CommandInteraction, ComponentInteraction } from './interaction.ts';

/** What a handler may use. Created once per process by the entry point. */
export interface BotContext {
  /** With the secret key: handlers authorise the person themselves, through the linked identity. */
  store: StoreClient;
  /** With the public's permissions, for what one person sees about another. */
  publicStore: StoreClient;
  rest: DiscordRest;
  applicationId: string;
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

export interface Command {
  definition: RESTPostAPIApplicationCommandsJSONBody;
  /**
   * True if the command changes something. It is then stored before it is acknowledged, and completed after a
   * crash.
   */
  writes: boolean;
  /**
   * A form to open at once instead of executing. Discord waits 3 s for it and accepts no deferral, so at most
   * one lookup.
   */
  open?(interaction: CommandInteraction, context: BotContext): Promise<Modal | null>;
  execute(interaction: CommandInteraction, context: BotContext): Promise<Reply>;
  complete?(interaction: AutocompleteInteraction, context: BotContext): Promise<Choices>;
}

export interface Component {
  /** First part of the custom_id. */
  action: string;
  writes: boolean;
  /**
   * update = edit the message it belongs to; reply = a new one for this person; share = a new one for the
   * channel.
   */
  delivery: 'update' | 'reply' | 'share';
  open?(interaction: ComponentInteraction, args: string[]): Modal | null;
  execute(interaction: ComponentInteraction, args: string[], context: BotContext): Promise<Reply>;
}
