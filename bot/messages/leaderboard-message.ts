import type { BoardPage, Standing } from '#domain/ranking/standing.ts';
import { encodeCustomId } from '../custom-id.ts';
import { formatMovement, formatNumber, formatTierSign } from './format.ts';
import {
  accentColors,
  buildButton,
  buildContainer,
  buildLinkButton,
  buildMessage,
  buildRow,
  buildSeparator,
  buildText,
  escapeMarkdown,
  formatTime,
  type MessageBody,
  truncateText,
} from './message.ts';

export const standingsPerPage = 10;

export interface LeaderboardView {
  page: BoardPage;
  /** The player who looks, to mark the own row; null when not linked. */
  viewerPlayerId: string | null;
  webUrl: string;
  locale: string;
}

/** "**#1** 🥇 Ada Lovelace · 12,300 · ▲ 2" */
export function formatStandingLine(
  standing: Standing,
  viewerPlayerId: string | null,
  locale: string,
): string {
  const name = escapeMarkdown(truncateText(standing.display_name, 40));
  const sign = formatTierSign(standing.tier);
  const isViewer = standing.player_id === viewerPlayerId;
  const who = [sign, isViewer ? `**${name}** ← you` : name].filter(Boolean).join(' ');
  const movement = formatMovement(standing.movement);
  return `**#${standing.position}** ${who} · ${formatNumber(standing.score, locale)} · ${movement}`;
}

function formatHeading({ page, locale }: LeaderboardView): string {
  const { board } = page;
  if (board.state === 'upcoming') return `## ${escapeMarkdown(board.name)}`;
  const ends = board.ends_at ? ` · ends ${formatTime(board.ends_at)}` : '';
  const players = `${formatNumber(board.player_count, locale)} players`;
  return `## ${escapeMarkdown(board.name)}\n-# ${players} · updated ${formatTime(board.as_of)}${ends}`;
}

function formatStandings({ page, viewerPlayerId, locale }: LeaderboardView): string {
  const { state, starts_at } = page.board;
  if (state === 'upcoming') {
    return starts_at
      ? `The next season begins ${formatTime(starts_at)}.`
      : 'The next season is not planned yet.';
  }
  if (page.standings.length === 0) return 'Nobody is here yet. Close a deal and be the first.';
  return page.standings.map((standing) => formatStandingLine(standing, viewerPlayerId, locale)).join('\n');
}

/** Paging state is the position of the first row, so that a page stays where it is while players move. */
function buildPaging({ page }: LeaderboardView) {
  const { slug, player_count } = page.board;
  const first = page.standings[0]?.position ?? 1;
  const last = page.standings.at(-1)?.position ?? first;
  const previous = Math.max(1, first - standingsPerPage);
  return buildRow(
    buildButton('‹ Prev', encodeCustomId('lb', [slug, previous, 'prev']), { disabled: first <= 1 }),
    buildButton(`${first}–${last} of ${player_count}`, encodeCustomId('lb', [slug, first, 'here']), {
      disabled: true,
    }),
    buildButton('Next ›', encodeCustomId('lb', [slug, last + 1, 'next']), { disabled: last >= player_count }),
    buildButton('My position', encodeCustomId('lb', [slug, 'me', 'me'])),
    buildButton('Share', encodeCustomId('lb-share', [slug, first])),
  );
}

/** The private view: one page of a board with buttons to move through it. */
export function buildLeaderboardMessage(view: LeaderboardView): MessageBody {
  return buildMessage(
    buildContainer(accentColors.gold, [
      buildText(formatHeading(view)),
      buildSeparator(),
      buildText(formatStandings(view)),
      buildSeparator(),
      buildPaging(view),
    ]),
  );
}

/** The public view: nothing to page, but everyone can open their own. */
export function buildSharedLeaderboardMessage(view: LeaderboardView, sharedBy: string): MessageBody {
  const { slug } = view.page.board;
  const shared = { ...view, viewerPlayerId: null };
  return buildMessage(
    buildContainer(accentColors.gold, [
      buildText(formatHeading(shared)),
      buildSeparator(),
      buildText(formatStandings(shared)),
      buildSeparator(),
      buildText(`-# shared by ${escapeMarkdown(sharedBy)}`),
      buildRow(
        buildButton('My position', encodeCustomId('lb', [slug, 'me', 'me'])),
        buildLinkButton('Live board', `${view.webUrl}/?board=${encodeURIComponent(slug)}`),
      ),
    ]),
  );
}
