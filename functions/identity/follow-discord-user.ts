import type { BotContext } from '#bot/bot-context.ts';
import { callDiscord } from '#bot/transport/call-discord.ts';
import { makeDiscordAvatarUrl } from '#domain/identity/make-discord-avatar-url.ts';
import { discordUserChanged, inngest } from '#inngest';
import { recordDiscordUser } from '#store/identity/record-discord-user.ts';

/**
 * A linked account may have a new name or picture: asks Discord and stores the answer. The boards follow
 * unless the player chose their own name.
 *
 *   look   GET the user, record the name and picture
 *
 * Retries: 5. If they all fail, the next sign-in brings the same data.
 */
export const createFollowDiscordUser = ({ discord, store }: BotContext) =>
  inngest.createFunction(
    { id: 'follow-discord-user', triggers: [discordUserChanged], retries: 5 },
    async ({ event, step }) => {
      const { discord_user_id } = discordUserChanged.schema.parse(event.data);
      return step.run('look', async () => {
        const user = await callDiscord(() => discord.users.get(discord_user_id));
        const has_followed = await recordDiscordUser(store, {
          discord_user_id,
          username: user.username,
          display_name: user.global_name,
          avatar_url: makeDiscordAvatarUrl(discord_user_id, user.avatar),
        });
        return { has_followed };
      });
    },
  );
