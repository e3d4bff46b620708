import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import { formatBalances, formatCredits } from '../credits/request-message.ts';
import { formatRank, formatTier } from '../platform/format.ts';
import {
  accentColors,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  formatTime,
  type MessageBody,
} from '../platform/message.ts';
import { showName, showText } from '../platform/shown-text.ts';

export interface StaffProfileView {
  profile: OwnProfile;
  standings: { name: string; standing: Standing }[];
  /** The latest ones, newest first. */
  requests: CreditRequest[];
  webUrl: string;
  locale: string;
}

// Together these keep the message within Discord's limit, however long names and causes are.
const boardCountMax = 8;
const roleCountMax = 3;
const [nameLengthMax, causeLengthMax] = [60, 200];

function formatPlayer({ player }: OwnProfile): string {
  const facts = [
    player.role,
    player.visibility,
    player.is_ranked ? '' : 'not ranked',
    `here since ${formatTime(player.created_at, 'D')}`,
    player.left_at ? `left ${formatTime(player.left_at, 'D')}` : '',
  ];
  const name = showName(player.display_name, 80);
  return `## ${name}\n-# @${showName(player.username)} · ${facts.filter(Boolean).join(' · ')}`;
}

function formatStandings(standings: StaffProfileView['standings'], locale: string): string {
  const lines = standings.slice(0, boardCountMax).map(({ name, standing }) => {
    const points = `${formatNumber(standing.score, locale)} points`;
    const parts = [formatRank(standing, locale), points, formatTier(standing.tier)];
    return `**${showText(name, nameLengthMax)}** · ${parts.filter(Boolean).join(' · ')}`;
  });
  return lines.join('\n') || 'Not on a board.';
}

function formatRole(role: OwnProfile['member_roles'][number]): string {
  const wanted = formatTier(role.desired_tier) || 'no role';
  const where = `**${showText(role.guild_name, nameLengthMax)}**`;
  if (role.state === 'confirmed') return `${where}: ✅ ${wanted}`;
  const cause = role.cause ? ` ${showText(role.cause, causeLengthMax)}` : '';
  return `${where}: ${role.state === 'pending' ? '⏳' : '⚠️'} ${wanted}.${cause}`;
}

function formatDiscord({ link, member_roles }: OwnProfile): string {
  if (!link) return 'Discord: not linked';
  const since = formatTime(link.linked_at, 'D');
  const linked = `Discord: <@${link.discord_user_id}>, linked ${since}`;
  return [linked, ...member_roles.slice(0, roleCountMax).map(formatRole)].join('\n');
}

function formatRequests(requests: readonly CreditRequest[]): string {
  const lines = requests.map(
    ({ amount, credit_type, state, created_at }) =>
      `${formatCredits(amount, credit_type)} · ${state} · requested ${formatTime(created_at)}`,
  );
  return lines.join('\n') || 'No requests.';
}

/** A player as staff see them: role, boards, Discord, credits and the latest requests. */
export function buildStaffProfile(view: StaffProfileView): MessageBody {
  const { profile, standings, requests, webUrl, locale } = view;
  const url = `${webUrl}/admin/players/${encodeURIComponent(profile.player.username)}`;
  return buildMessage(
    buildContainer(accentColors.brand, [
      buildText(formatPlayer(profile)),
      buildSeparator(),
      buildText(formatStandings(standings, locale)),
      buildSeparator(),
      buildText(formatDiscord(profile)),
      buildSeparator(),
      buildText(`Credits: ${formatBalances(profile.balances, locale)}\n${formatRequests(requests)}`),
      buildRow(buildLinkButton('Open on the web', url)),
    ]),
  );
}
