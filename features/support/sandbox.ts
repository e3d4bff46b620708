import { z } from 'zod';
import { guildId } from '#dev/seed/discord-community.ts';

const answerSchema = z.looseObject({
  interaction_id: z.string(),
  state: z.string(),
  response: z.unknown(),
  message: z.looseObject({ id: z.string(), flags: z.number().optional() }).nullable(),
});
/** The application's answer to a person in the sandbox. */
export type SandboxAnswer = z.infer<typeof answerSchema>;

const messageListSchema = z.object({ messages: z.array(z.looseObject({ id: z.string() })) });
const stateSchema = z.object({
  users: z.array(z.object({ id: z.string(), username: z.string() })),
  guilds: z.array(
    z.object({
      id: z.string(),
      roles: z.array(z.object({ id: z.string(), name: z.string() })),
      members: z.array(z.object({ user: z.object({ username: z.string() }), roles: z.array(z.string()) })),
    }),
  ),
});
const memberSchema = z.object({ role_names: z.array(z.string()) });
const authorisationSchema = z.object({ is_authorised: z.boolean() });

/** How long to wait for the final answer after a deferred one. */
const answerMsMax = 50_000;

/** A message as JSON text to search, without invisible isolation marks. */
export function readShown(message: unknown): string {
  return JSON.stringify(message ?? null).replace(/[\u2068\u2069]/g, '');
}

/** A person's actions in the Discord sandbox. */
export class Sandbox {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Types a slash command in #general and waits for the final answer. */
  async useCommand(
    user: string,
    name: string,
    options: Record<string, string | number | boolean> = {},
  ): Promise<SandboxAnswer> {
    const body = { user_id: user, channel_id: 'general', name, options, wait_ms: answerMsMax };
    return answerSchema.parse(await this.#send('POST', '/_sandbox/interactions/command', body));
  }

  /** Clicks a button of a message. */
  async click(user: string, messageId: string, customId: string): Promise<SandboxAnswer> {
    const body = { user_id: user, message_id: messageId, custom_id: customId, wait_ms: answerMsMax };
    return answerSchema.parse(await this.#send('POST', '/_sandbox/interactions/component', body));
  }

  /** Chooses values in a select of a message. */
  async pick(user: string, messageId: string, customId: string, values: string[]): Promise<SandboxAnswer> {
    const body = { user_id: user, message_id: messageId, custom_id: customId, values, wait_ms: answerMsMax };
    return answerSchema.parse(await this.#send('POST', '/_sandbox/interactions/component', body));
  }

  /** Sends the form that the last click opened. */
  async submitForm(user: string, customId: string, fields: Record<string, string>): Promise<SandboxAnswer> {
    const body = { user_id: user, custom_id: customId, fields, wait_ms: answerMsMax };
    return answerSchema.parse(await this.#send('POST', '/_sandbox/interactions/modal', body));
  }

  /** Messages of a channel as searchable JSON texts; those that only one person sees, as that person. */
  async readChannel(channelId: string, as?: string): Promise<{ id: string; text: string }[]> {
    const viewer = as === undefined ? '' : `&as=${as}`;
    const { messages } = messageListSchema.parse(
      await this.#send('GET', `/_sandbox/messages?channel_id=${channelId}${viewer}`),
    );
    return messages.map((message) => ({ id: message.id, text: readShown(message) }));
  }

  /** Direct messages with a person as searchable JSON texts. */
  async readDirectMessages(user: string): Promise<string[]> {
    const { messages } = messageListSchema.parse(await this.#send('GET', `/_sandbox/dms/${user}`));
    return messages.map(readShown);
  }

  /** A new Discord account. */
  async createUser(username: string, displayName = username): Promise<void> {
    await this.#send('POST', '/_sandbox/users', { username, global_name: displayName });
  }

  async readUserId(username: string): Promise<string> {
    const { users } = stateSchema.parse(await this.#send('GET', '/_sandbox/state'));
    const user = users.find((known) => known.username === username);
    if (!user) throw new Error(`There is no Discord account ${username}`);
    return user.id;
  }

  /** Whether the application holds a valid token of a person. */
  async isAuthorised(user: string): Promise<boolean> {
    return authorisationSchema.parse(await this.#send('GET', `/_sandbox/users/${user}/authorization`))
      .is_authorised;
  }

  /** The person's action on Discord's page of authorised apps. */
  async deauthorise(user: string): Promise<void> {
    await this.#send('DELETE', `/_sandbox/users/${user}/authorization`);
  }

  /** Adds a person to the guild, where they can type commands. */
  async joinGuild(user: string): Promise<void> {
    await this.#send('POST', `/_sandbox/guilds/${guildId}/members`, { user_id: user });
  }

  /** Opens or closes a person's direct messages. */
  async setDirectMessages(user: string, isOpen: boolean): Promise<void> {
    await this.#send('PUT', `/_sandbox/users/${user}`, { dms_open: isOpen });
  }

  /** Deletes a message, as a moderator can. */
  async deleteMessage(messageId: string): Promise<void> {
    await this.#send('DELETE', `/_sandbox/messages/${messageId}`);
  }

  /** Names of a person's roles in the guild. */
  async readRoles(user: string): Promise<string[]> {
    return memberSchema.parse(await this.#send('GET', `/_sandbox/guilds/${guildId}/members/${user}`))
      .role_names;
  }

  /** Names of all guild members with a role. */
  async readHolders(role: string): Promise<string[]> {
    const { guilds } = stateSchema.parse(await this.#send('GET', '/_sandbox/state'));
    const guild = guilds.find(({ id }) => id === guildId);
    const roleId = guild?.roles.find(({ name }) => name === role)?.id ?? '';
    return (guild?.members ?? [])
      .filter(({ roles }) => roles.includes(roleId))
      .map(({ user }) => user.username);
  }

  /** Makes the sandbox delay the next request with that method whose path contains the text. */
  async delayNext(method: string, path: string, delayMs: number): Promise<void> {
    await this.#send('POST', '/_sandbox/faults', { kind: 'latency', method, path, delay_ms: delayMs });
  }

  async clearFaults(): Promise<void> {
    await this.#send('DELETE', '/_sandbox/faults');
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The sandbox answered ${response.status} to ${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}
