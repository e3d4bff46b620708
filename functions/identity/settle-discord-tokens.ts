import { cron } from 'inngest';
import { type SettledTokens, settleAccountTokens } from '#bot/identity/settle-account-tokens.ts';
import type { TokenContext } from '#bot/identity/token-context.ts';
import { callDiscord } from '#bot/transport/call-discord.ts';
import { discordLinkRemoved, inngest } from '#inngest';
import { listDueDiscordTokens } from '#store/identity/list-due-discord-tokens.ts';

/**
 * Discord's tokens follow the link: revoked and deleted after unlinking, refreshed before they expire.
 *
 *   list-due           hourly: tokens that expire soon or have outlived their link
 *   settle:<account>   checks one account, and revokes or refreshes
 *
 * The event is only a hint: an account that was linked again keeps its tokens. Concurrency 1 keeps a refresh
 * from racing a revocation. Retries: 10 per step; the hourly run picks up the rest.
 */
export const createSettleDiscordTokens = (context: TokenContext) =>
  inngest.createFunction(
    {
      id: 'settle-discord-tokens',
      triggers: [discordLinkRemoved, cron('23 * * * *')],
      retries: 10,
      concurrency: 1,
    },
    async ({ event, step }) => {
      const settle = (discord_user_id: string) =>
        step.run(`settle:${discord_user_id}`, () =>
          callDiscord(() => settleAccountTokens(context, discord_user_id)),
        );
      if (event.name === discordLinkRemoved.name) {
        const { discord_user_id } = discordLinkRemoved.schema.parse(event.data);
        return { [discord_user_id]: await settle(discord_user_id) };
      }
      const due = await step.run('list-due', () => listDueDiscordTokens(context.store));
      const settled: Record<string, SettledTokens | 'failed'> = {};
      for (const discord_user_id of due) {
        settled[discord_user_id] = await settle(discord_user_id).catch(() => 'failed' as const);
      }
      return settled;
    },
  );
