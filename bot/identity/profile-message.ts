import type { CreditBalances } from '#domain/credits/credit-balances.ts';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { formatBalances } from '../credits/request-message.ts';
import { formatMovement, formatRank, formatTier } from '../platform/format.ts';
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

export interface ProfileView {
  username: string;
  display_name: string;
  /** The boards that the player is on, with their standing. */
  standings: { name: string; standing: Standing }[];
  /** For the player only: nobody else sees their credits. */
  balances: CreditBalances | null;
  webUrl: string;
  locale: string;
}

// Together these keep the message within Discord's limit, however long board names are.
const boardCountMax = 15;
const boardNameLengthMax = 60;

function formatBoardLine({ name, standing }: ProfileView['standings'][number], locale: string): string {
  const tier = formatTier(standing.tier);
  const points = `${formatNumber(standing.score, locale)} points`;
  const reached = `last scored ${formatTime(standing.reached_at)}`;
  // Without the other players on the board, "new" could mean that the player or the whole board is new.
  const movement = standing.movement === null ? '' : formatMovement(standing.movement);
  const parts = [`**${formatRank(standing, locale)}**`, points, movement, tier, reached];
  return `**${showText(name, boardNameLengthMax)}** · ${parts.filter(Boolean).join(' · ')}`;
}

/** A player's rank, points and movement on each board; the player also sees their credits. */
export function buildProfileMessage(view: ProfileView): MessageBody {
  const name = showName(view.display_name, 80);
  const lines = view.standings.slice(0, boardCountMax).map((entry) => formatBoardLine(entry, view.locale));
  const hiddenCount = view.standings.length - lines.length;
  if (hiddenCount > 0) lines.push(`-# ${hiddenCount} more on the web`);
  const credits = view.balances
    ? [buildSeparator(), buildText(`Credits: ${formatBalances(view.balances, view.locale)}`)]
    : [];
  const url = `${view.webUrl}/players/${encodeURIComponent(view.username)}`;
  return buildMessage(
    buildContainer(accentColors.gold, [
      buildText(`## ${name}\n-# @${showName(view.username)} · change since yesterday`),
      buildSeparator(),
      buildText(lines.join('\n') || 'Not on a board yet.'),
      ...credits,
      buildRow(buildLinkButton('Open on the web', url)),
    ]),
  );
}
