import { z } from 'zod';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { playerRoles, visibilities } from '#domain/identity/vocabulary.ts';
import { tiers } from '#domain/leaderboard/vocabulary.ts';
import { memberRoleStates } from '#domain/roles/vocabulary.ts';
import { discordLinkSchema } from './discord-link-schema.ts';

const tier = z.enum(tiers);

/** Everything the player may see about themselves. */
export const ownProfileSchema = z.object({
  player: z.object({
    id: z.string(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    role: z.enum(playerRoles),
    visibility: z.enum(visibilities),
    is_ranked: z.boolean(),
    left_at: z.string().nullable(),
    locale: z.string(),
    time_zone: z.string(),
    created_at: z.string(),
  }),
  link: discordLinkSchema.nullable(),
  /** The account has a Discord identity; without a link it is only a way to sign in. */
  signs_in_with_discord: z.boolean(),
  balances: creditBalancesSchema,
  /** Subscribed to their own rank news; linked players get it anyway. */
  follows_rank: z.boolean(),
  tiers: z.array(z.object({ board: z.string(), board_name: z.string(), tier, since: z.string() })),
  member_roles: z.array(
    z.object({
      guild_id: z.string(),
      guild_name: z.string(),
      discord_user_id: z.string(),
      player_id: z.string(),
      desired_tier: tier.nullable(),
      confirmed_tier: tier.nullable(),
      state: z.enum(memberRoleStates),
      cause_code: z.string().nullable(),
      cause: z.string().nullable(),
      changed_at: z.string(),
      checked_at: z.string().nullable(),
    }),
  ),
});

export type OwnProfile = z.output<typeof ownProfileSchema>;
