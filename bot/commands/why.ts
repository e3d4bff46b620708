import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import type { Command } from '../command.ts';
import type { CommandInteraction } from '../interaction.ts';
import { findLinkedPlayer } from '../linked-player.ts';
import { formatTier } from '../messages/format.ts';
import {
  accentColors,
  buildContainer,
  buildMessage,
  buildText,
  escapeMarkdown,
  formatTime,
} from '../messages/message.ts';
import { buildLinkInvitation } from '../messages/notice.ts';
import { defineCommand } from './definition.ts';

type MemberRole = OwnProfile['member_roles'][number];

function explainRole(role: MemberRole): string {
  const wanted = formatTier(role.desired_tier) || 'no role';
  const where = `**${escapeMarkdown(role.guild_name)}**`;
  const checked = role.checked_at ? ` · checked ${formatTime(role.checked_at)}` : '';
  switch (role.state) {
    case 'confirmed':
      return `${where}: ✅ you have ${wanted}${checked}`;
    case 'pending':
      return `${where}: ⏳ ${wanted} is on its way, usually within a minute (since ${formatTime(role.changed_at)})`;
    default:
      return `${where}: ⚠️ ${wanted} is missing. ${role.cause ?? 'Ask an admin to look at it.'}${checked}`;
  }
}

function explain(profile: OwnProfile, { guild_id }: CommandInteraction): string {
  const roles = profile.member_roles.filter((role) => guild_id === null || role.guild_id === guild_id);
  if (roles.length > 0) return roles.map(explainRole).join('\n');
  if (profile.player.left_at) return 'You left the community, so you hold no rank.';
  if (!profile.player.is_ranked) return 'Staff play outside the boards, so no role follows.';
  if (profile.player.visibility === 'hidden')
    return 'Your profile is hidden, so you are on no board. Change it on your profile.';
  if (profile.tiers.length === 0)
    return 'Roles go to the first 100 of the all-time board: you are not among them yet.';
  return 'This server has no role for your tier: an admin has to map one.';
}

/** Says why the player has the role, or what is in its way and who can do something about it. */
export const why: Command = {
  definition: defineCommand('why', {
    en: "Why you have, or don't have, your role",
    de: 'Warum Sie Ihre Rolle haben oder nicht haben',
  }),
  writes: false,
  execute: async (interaction, context) => {
    const player = await findLinkedPlayer(interaction, context);
    const profile = player && (await getOwnProfile(context.store, { acting_player_id: player.player_id }));
    if (!profile) return buildLinkInvitation(context.webUrl);
    const tiers = profile.tiers.map(
      ({ board, tier, since }) => `${formatTier(tier)} on ${board} since ${formatTime(since, 'D')}`,
    );
    const text = ['### Your role', tiers.join('\n'), explain(profile, interaction)]
      .filter(Boolean)
      .join('\n');
    return { message: buildMessage(buildContainer(accentColors.brand, [buildText(text)])), outcome: 'done' };
  },
};
