import { z } from 'zod';

/** An opaque JSON object. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof jsonObjectSchema>;

export const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullable(),
  email: z.string().nullable(),
  bot: z.boolean(),
  dms_open: z.boolean(),
  locale: z.string(),
});
export type User = z.infer<typeof userSchema>;

export const guildSchema = z.object({ id: z.string(), name: z.string(), owner_id: z.string() });
export type Guild = z.infer<typeof guildSchema>;

export const roleSchema = z.object({
  id: z.string(),
  guild_id: z.string(),
  name: z.string(),
  position: z.int(),
  permissions: z.string(),
  color: z.int(),
  hoist: z.boolean(),
  managed: z.boolean(),
  bot_id: z.string().nullable(),
});
export type Role = z.infer<typeof roleSchema>;

/** `id` is `<guild>:<user>`. */
export const memberSchema = z.object({
  id: z.string(),
  guild_id: z.string(),
  user_id: z.string(),
  roles: z.array(z.string()),
  nick: z.string().nullable(),
  joined_at_ms: z.number(),
});
export type Member = z.infer<typeof memberSchema>;

const overwriteSchema = z.object({
  id: z.string(),
  type: z.literal([0, 1]),
  allow: z.string(),
  deny: z.string(),
});

/** Type 0 is a text channel of a guild, type 1 a direct conversation between the bot and `recipient_id`. */
export const channelSchema = z.object({
  id: z.string(),
  type: z.literal([0, 1]),
  guild_id: z.string().nullable(),
  name: z.string(),
  topic: z.string().nullable(),
  position: z.int(),
  overwrites: z.array(overwriteSchema),
  recipient_id: z.string().nullable(),
  last_message_id: z.string().nullable(),
});
export type Channel = z.infer<typeof channelSchema>;

const attachmentSchema = z.object({
  id: z.string(),
  filename: z.string(),
  content_type: z.string(),
  description: z.string().nullable(),
  size_bytes: z.int(),
  content_base64: z.string(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const messageSchema = z.object({
  id: z.string(),
  type: z.int(),
  channel_id: z.string(),
  author_id: z.string(),
  content: z.string(),
  embeds: z.array(jsonObjectSchema),
  components: z.array(jsonObjectSchema),
  attachments: z.array(attachmentSchema),
  mention_ids: z.array(z.string()),
  flags: z.int(),
  created_at_ms: z.number(),
  edited_at_ms: z.number().nullable(),
  nonce: z.union([z.string(), z.number()]).nullable(),
  /** If set, only this person sees the message, and only the interaction's token can change it. */
  ephemeral_for: z.string().nullable(),
  interaction_id: z.string().nullable(),
  interaction_metadata: jsonObjectSchema.nullable(),
});
export type Message = z.infer<typeof messageSchema>;

export const commandSchema = z.object({
  id: z.string(),
  guild_id: z.string().nullable(),
  type: z.int(),
  name: z.string(),
  wire: jsonObjectSchema,
});
export type Command = z.infer<typeof commandSchema>;

/** `waiting`: sent, no answer yet; `thinking`: deferred; `failed`: no valid answer within three seconds. */
export const interactionSchema = z.object({
  id: z.string(),
  token: z.string(),
  type: z.int(),
  user_id: z.string(),
  guild_id: z.string().nullable(),
  channel_id: z.string(),
  state: z.literal(['waiting', 'thinking', 'answered', 'failed']),
  created_at_ms: z.number(),
  problem: z.string().nullable(),
  payload: jsonObjectSchema,
  response: jsonObjectSchema.nullable(),
  original_message_id: z.string().nullable(),
  source_message_id: z.string().nullable(),
  is_ephemeral: z.boolean(),
});
export type Interaction = z.infer<typeof interactionSchema>;

/** `id` is the code. */
export const oauthCodeSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  redirect_uri: z.string(),
  scopes: z.array(z.string()),
  challenge: z.object({ value: z.string(), method: z.literal(['S256', 'plain']) }).nullable(),
  expires_at_ms: z.number(),
});

export type OauthCode = z.infer<typeof oauthCodeSchema>;

/** `id` is the access token. */
export const oauthGrantSchema = z.object({
  id: z.string(),
  refresh_token: z.string(),
  user_id: z.string(),
  scopes: z.array(z.string()),
  expires_at_ms: z.number(),
});
export type OauthGrant = z.infer<typeof oauthGrantSchema>;

export const auditEntrySchema = z.object({
  id: z.string(),
  guild_id: z.string(),
  user_id: z.string(),
  target_id: z.string(),
  action_type: z.int(),
  reason: z.string().nullable(),
  changes: z.array(jsonObjectSchema),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const applicationSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  owner_id: z.string(),
  interactions_endpoint_url: z.string().nullable(),
  endpoint_problem: z.string().nullable(),
  /** Destination of webhook events; absent in state files of earlier versions. */
  event_webhooks_url: z.string().nullable().default(null),
  redirect_uris: z.array(z.string()),
  /** The privileged intents enabled in the developer portal. */
  allows_members_intent: z.boolean(),
  allows_presence_intent: z.boolean(),
  allows_content_intent: z.boolean(),
});
export type Application = z.infer<typeof applicationSchema>;

export const clockSettingSchema = z.object({ id: z.literal('clock'), offset_ms: z.number() });
