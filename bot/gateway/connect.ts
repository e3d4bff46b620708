import { Client, Events, GatewayDispatchEvents, GatewayIntentBits, type Guild } from 'discord.js';
import { z } from 'zod';
import { makeDiscordAvatarUrl } from '#domain/identity/make-discord-avatar-url.ts';
import { logFailure, logInfo } from '#domain/platform/log.ts';
import type { MemberEvent } from '#domain/roles/vocabulary.ts';
import { reportDiscordUser } from '#store/identity/report-discord-user.ts';
import { reportMemberEvent } from '#store/roles/report-member-event.ts';
import type { BotContext } from '../bot-context.ts';
import type { BotEnvironment } from '../environment.ts';
import { answerOverGateway } from './answer-over-gateway.ts';
import { retryForever } from './retry-forever.ts';
import { syncGuild } from './sync-guild.ts';

function followGuilds(client: Client, context: BotContext, signal: AbortSignal): void {
  const sync = (guild: Guild, isFirst = false) =>
    retryForever(`sync of guild ${guild.id}`, () => syncGuild(context.store, guild, isFirst), signal);
  client.on(Events.ClientReady, (ready) => {
    for (const guild of ready.guilds.cache.values()) void sync(guild, true);
  });
  client.on(Events.GuildCreate, (guild) => void sync(guild, true));
  // The outage outlived the session, so events in between were missed.
  client.on(Events.GuildAvailable, (guild) => void sync(guild, true));
  client.on(Events.GuildUpdate, (_before, guild) => void sync(guild));
  client.on(Events.GuildRoleCreate, (role) => void sync(role.guild));
  client.on(Events.GuildRoleUpdate, (_before, role) => void sync(role.guild));
  client.on(Events.GuildRoleDelete, (role) => void sync(role.guild));
  client.on(Events.ChannelCreate, (channel) => void sync(channel.guild));
  client.on(Events.ChannelUpdate, (_before, channel) => {
    if (!channel.isDMBased()) void sync(channel.guild);
  });
  client.on(Events.ChannelDelete, (channel) => {
    if (!channel.isDMBased()) void sync(channel.guild);
  });
}

function followMembers(client: Client, context: BotContext, signal: AbortSignal): void {
  const report = (kind: MemberEvent, guild_id: string, discord_user_id: string) => {
    const event = { kind, guild_id, discord_user_id };
    void retryForever(`report of member ${kind}`, () => reportMemberEvent(context.store, event), signal);
  };
  client.on(Events.GuildMemberAdd, (member) => report('joined', member.guild.id, member.id));
  client.on(Events.GuildMemberRemove, (member) => report('left', member.guild.id, member.id));
}

const memberUpdate = z.object({
  user: z.object({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    avatar: z.string().nullish(),
  }),
});

/** discord.js emits no event for members it has not cached, so the raw packets are read. */
function followFaces(client: Client, context: BotContext, signal: AbortSignal): void {
  client.ws.on(GatewayDispatchEvents.GuildMemberUpdate, (payload) => {
    const update = memberUpdate.safeParse(payload);
    if (!update.success) return;
    const { id, username, global_name = null, avatar = null } = update.data.user;
    const face = { username, display_name: global_name, avatar_url: makeDiscordAvatarUrl(id, avatar) };
    const report = () => reportDiscordUser(context.store, { discord_user_id: id, ...face });
    void retryForever('report of a changed user', report, signal);
  });
}

/**
 * Opens one gateway connection and attaches the listeners. discord.js resumes dropped connections itself;
 * rejects if the first connection fails.
 */
export async function connectGateway(
  environment: BotEnvironment,
  context: BotContext,
  signal: AbortSignal,
): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    allowedMentions: { parse: [] },
    rest: { api: environment.DISCORD_API_URL, timeout: 5_000, retries: 1 },
  });
  client.on(Events.Error, (error) => logFailure('gateway error', error));
  client.on(Events.ShardReconnecting, () => logInfo('gateway reconnecting'));
  client.on(Events.ShardResume, () => logInfo('gateway resumed'));
  followGuilds(client, context, signal);
  followMembers(client, context, signal);
  followFaces(client, context, signal);
  if (environment.DISCORD_INTERACTIONS === 'gateway') {
    client.ws.on(
      GatewayDispatchEvents.InteractionCreate,
      (payload) => void answerOverGateway(payload, context),
    );
  }
  try {
    const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(environment.DISCORD_BOT_TOKEN);
    return await Promise.race([
      ready,
      new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error('Discord sent no READY within 30 s')), 30_000).unref();
      }),
    ]);
  } catch (error) {
    await client.destroy();
    throw error;
  }
}
