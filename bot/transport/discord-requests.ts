import type { APIMessage, RESTPostAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { z } from 'zod';
import type { MessageBody } from '../platform/message.ts';
import type { DiscordRest } from './rest.ts';

const messageReference = z.object({ id: z.string(), channel_id: z.string() });
const channelReference = z.object({ id: z.string() });
const userFace = z.object({
  username: z.string(),
  global_name: z.string().nullable(),
  avatar: z.string().nullable(),
});
const memberRoles = z.object({ roles: z.array(z.string()) });

export type MessageReference = Pick<APIMessage, 'id' | 'channel_id'>;

/** Posts a message. The same `nonce` (≤ 25 characters) returns the existing message. */
export async function createMessage(
  rest: DiscordRest,
  channelId: string,
  message: MessageBody,
  nonce?: string,
): Promise<MessageReference> {
  const body = nonce === undefined ? message : { ...message, nonce, enforce_nonce: true };
  return messageReference.parse(await rest.request('POST', `/channels/${channelId}/messages`, { body }));
}

/** Replaces the content of one of our messages. */
export async function editMessage(
  rest: DiscordRest,
  channelId: string,
  messageId: string,
  message: MessageBody,
): Promise<void> {
  await rest.request('PATCH', `/channels/${channelId}/messages/${messageId}`, { body: message });
}

/** Opens or finds the direct-message channel with a user. Succeeds even if they accept no messages. */
export async function openDirectChannel(rest: DiscordRest, discordUserId: string): Promise<string> {
  const body = { recipient_id: discordUserId };
  return channelReference.parse(await rest.request('POST', '/users/@me/channels', { body })).id;
}

/** Fills in the answer to an interaction, within 15 minutes of it. */
export async function editOriginalResponse(
  rest: DiscordRest,
  applicationId: string,
  token: string,
  message: MessageBody,
): Promise<void> {
  const path = `/webhooks/${applicationId}/${token}/messages/@original`;
  await rest.request('PATCH', path, { body: message, authenticated: false });
}

/** Answers an interaction that came over the gateway. */
export async function createInteractionResponse(
  rest: DiscordRest,
  interaction: { id: string; token: string },
  response: unknown,
): Promise<void> {
  const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
  await rest.request('POST', path, { body: response, authenticated: false });
}

/** How a Discord account currently looks. */
export async function getUser(rest: DiscordRest, userId: string) {
  return userFace.parse(await rest.request('GET', `/users/${userId}`));
}

/** The ids of a member's current roles. */
export async function getMemberRoleIds(
  rest: DiscordRest,
  guildId: string,
  userId: string,
): Promise<string[]> {
  return memberRoles.parse(await rest.request('GET', `/guilds/${guildId}/members/${userId}`)).roles;
}

/** Adds one role. Idempotent. */
export async function addMemberRole(
  rest: DiscordRest,
  path: { guildId: string; userId: string; roleId: string },
  reason: string,
): Promise<void> {
  await rest.request('PUT', `/guilds/${path.guildId}/members/${path.userId}/roles/${path.roleId}`, {
    reason,
  });
}

/** Removes one role. Idempotent. */
export async function removeMemberRole(
  rest: DiscordRest,
  path: { guildId: string; userId: string; roleId: string },
  reason: string,
): Promise<void> {
  await rest.request('DELETE', `/guilds/${path.guildId}/members/${path.userId}/roles/${path.roleId}`, {
    reason,
  });
}

/** Replaces all global commands of the application. */
export async function overwriteCommands(
  rest: DiscordRest,
  applicationId: string,
  definitions: RESTPostAPIApplicationCommandsJSONBody[],
): Promise<unknown> {
  return rest.request('PUT', `/applications/${applicationId}/commands`, { body: definitions });
}

/** Discord's current global commands, with their localisations. */
export async function listCommands(rest: DiscordRest, applicationId: string): Promise<unknown> {
  return rest.request('GET', `/applications/${applicationId}/commands?with_localizations=true`);
}
