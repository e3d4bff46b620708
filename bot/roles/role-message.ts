import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import { formatTier } from '../platform/format.ts';
import {
  accentColors,
  buildContainer,
  buildMessage,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';
import { showText } from '../platform/shown-text.ts';

type MemberRole = OwnProfile['member_roles'][number];

// Together these keep the message within Discord's limit, however long board and server names are.
const tierCountMax = 15;
const roleCountMax = 5;
const nameLengthMax = 60;
const causeLengthMax = 300;

function explainRole(role: MemberRole): string {
  const wanted = formatTier(role.desired_tier) || 'no role';
  const where = `**${showText(role.guild_name, nameLengthMax)}**`;
  const checked = role.checked_at ? ` · checked ${formatTime(role.checked_at)}` : '';
  switch (role.state) {
    case 'confirmed':
      return `${where}: ✅ You have ${wanted}${checked}`;
    case 'pending':
      return `${where}: ⏳ ${wanted} is on its way, usually within a minute (since ${formatTime(role.changed_at)})`;
    default: {
      const cause = showText(role.cause ?? 'Ask an admin to take a look.', causeLengthMax);
      return `${where}: ⚠️ ${wanted} is missing. ${cause}${checked}`;
    }
  }
}

/** The first lines, and how many more there are. */
function listFirst<Item>(items: readonly Item[], countMax: number, format: (item: Item) => string): string {
  const lines = items.slice(0, countMax).map(format);
  if (items.length > lines.length) lines.push(`-# ${items.length - lines.length} more on the web`);
  return lines.join('\n');
}

function explainAbsence({ player, tiers }: OwnProfile): string {
  if (player.left_at) return 'You left the community, so you have no rank.';
  if (!player.is_ranked) return 'Staff play outside the boards, so there is no role to earn.';
  if (player.visibility === 'hidden') {
    return 'Your profile is hidden, so you are on no board. Change it on your profile.';
  }
  if (tiers.length === 0) {
    return 'Roles go to the top 100 of the all-time board, and you’re not there yet.';
  }
  return 'This server has no role for your tier. Ask an admin to map one.';
}

/**
 * The tiers that a player holds and, for each server's role, whether it is assigned or what blocks it and who
 * can fix that.
 *
 * @param guildId the server in which the player asks; null elsewhere, for all of them
 */
export function buildRoleMessage(profile: OwnProfile, guildId: string | null): MessageBody {
  const tiers = listFirst(
    profile.tiers,
    tierCountMax,
    ({ board_name, tier, since }) =>
      `${formatTier(tier)} on ${showText(board_name, nameLengthMax)} since ${formatTime(since, 'D')}`,
  );
  const roles = profile.member_roles.filter((role) => guildId === null || role.guild_id === guildId);
  const explanation =
    roles.length > 0 ? listFirst(roles, roleCountMax, explainRole) : explainAbsence(profile);
  const text = ['### Your role', tiers, explanation].filter(Boolean).join('\n');
  return buildMessage(buildContainer(accentColors.brand, [buildText(text)]));
}
