import { hasPast } from '#domain/leaderboard/has-past.ts';
import { isOwnStanding } from '#domain/leaderboard/is-own-standing.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import type { MovementWindow } from '#domain/leaderboard/vocabulary.ts';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { actions, encodeCustomId } from '../interactions/custom-id.ts';
import { formatMovement, formatRank, formatTierSign } from '../platform/format.ts';
import {
  accentColors,
  buildButton,
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

export const standingsPerPage = 10;
const boardNameLengthMax = 200;

/** The window that a page's movement covers; its heading states the same in words. */
export const movementWindow: MovementWindow = 'day';

export interface LeaderboardView {
  page: BoardPage;
  /** The viewer's position, to highlight their row; null if they are not on the board or not linked. */
  own: Standing | null;
  webUrl: string;
  locale: string;
}

/** "**#1** 👑 Ada Lovelace · 12,300 · ▲ 2"; without movement while the board is too new. */
export function formatStandingLine(
  standing: Standing,
  { own, locale, isYoung }: Pick<LeaderboardView, 'own' | 'locale'> & { isYoung: boolean },
): string {
  const name = showName(standing.display_name);
  const who = isOwnStanding(standing, own) ? `**${name}** ← you` : name;
  const parts = [
    [`**${formatRank(standing, locale)}**`, formatTierSign(standing.tier), who].filter(Boolean).join(' '),
    formatNumber(standing.score, locale),
    isYoung ? '' : formatMovement(standing.movement),
  ];
  return parts.filter(Boolean).join(' · ');
}

const countPlayers = (count: number, locale: string) =>
  `${formatNumber(count, locale)} ${count === 1 ? 'player' : 'players'}`;

function formatHeading({ page, locale }: LeaderboardView): string {
  const { board } = page;
  if (board.state === 'upcoming') return `## ${showText(board.name, boardNameLengthMax)}`;
  const ends = board.ends_at ? ` · ends ${formatTime(board.ends_at)}` : '';
  const players = countPlayers(board.player_count, locale);
  const moved = hasPast(page, movementWindow) ? ' · ▲▼ since yesterday' : '';
  return `## ${showText(board.name, boardNameLengthMax)}\n-# ${players} · updated ${formatTime(board.as_of)}${ends}${moved}`;
}

function formatStandings({ page, own, locale }: LeaderboardView): string {
  const { standings } = page;
  const { state, starts_at, player_count } = page.board;
  if (state === 'upcoming') {
    return starts_at
      ? `The next season begins ${formatTime(starts_at)}.`
      : 'The next season isn’t planned yet.';
  }
  if (standings.length === 0) {
    return player_count > 0
      ? `That’s past the end of the board: it has ${countPlayers(player_count, locale)}.`
      : 'Nobody is here yet. Close a deal and be the first.';
  }
  const isYoung = !hasPast(page, movementWindow);
  const lines = standings.map((standing) => formatStandingLine(standing, { own, locale, isYoung }));
  if (standings.some(({ is_tied }) => is_tied))
    lines.push('-# T: tied on score; whoever got there first is listed first');
  // Players on this page see themselves in it.
  if (own && !standings.some((standing) => isOwnStanding(standing, own))) {
    const moved = isYoung ? '' : formatMovement(own.movement);
    const parts = [`**${formatRank(own, locale)}**`, formatNumber(own.score, locale), moved];
    lines.push(`You’re ${parts.filter(Boolean).join(' · ')}`);
  }
  return lines.join('\n');
}

/** What a page shows and where its buttons lead; beyond the last position, that is the last page. */
function describePlace({ standings, board: { player_count } }: BoardPage, locale: string) {
  const write = (value: number) => formatNumber(value, locale);
  const [top] = standings;
  if (!top) {
    const lastPage = Math.max(1, player_count - ((player_count - 1) % standingsPerPage));
    return {
      first: lastPage,
      last: player_count,
      label: `0 of ${write(player_count)}`,
      previous: player_count > 0 ? lastPage : null,
    };
  }
  const first = top.position;
  const last = standings.at(-1)?.position ?? first;
  const previous = first > 1 ? Math.max(1, first - standingsPerPage) : null;
  return { first, last, label: `${write(first)}–${write(last)} of ${write(player_count)}`, previous };
}

const encodePage = (board: string, from: number | 'me', button: string): string =>
  encodeCustomId(actions.turnBoardPage, { board, from, button });

/** Paging state is the position of the first row, so a page stays in place while players move. */
function buildPaging({ page, locale }: LeaderboardView) {
  const { slug, player_count } = page.board;
  const { first, last, label, previous } = describePlace(page, locale);
  return buildRow(
    buildButton('‹ Prev', encodePage(slug, previous ?? 1, 'prev'), {
      disabled: previous === null,
    }),
    buildButton(label, encodePage(slug, first, 'here'), { disabled: true }),
    buildButton('Next ›', encodePage(slug, last + 1, 'next'), { disabled: last >= player_count }),
    buildButton('Around me', encodePage(slug, 'me', 'me')),
    buildButton('Share', encodeCustomId(actions.shareBoardPage, { board: slug, from: first })),
  );
}

/** Shows unranked players how to get on the board, with a way back to the page that this message replaced. */
export const buildTopButton = (slug: string) => buildButton('Top of the board', encodePage(slug, 1, 'top'));

/** The private view: one page of a board, with buttons to move through it. */
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

/** The public view: no paging, but everyone can open their own view. */
export function buildSharedLeaderboardMessage(view: LeaderboardView, sharedBy: string): MessageBody {
  const { slug } = view.page.board;
  const shared = { ...view, own: null };
  return buildMessage(
    buildContainer(accentColors.gold, [
      buildText(formatHeading(shared)),
      buildSeparator(),
      buildText(formatStandings(shared)),
      buildSeparator(),
      buildText(`-# shared by ${showName(sharedBy)}`),
      buildRow(
        buildButton('Around me', encodePage(slug, 'me', 'me')),
        buildLinkButton('Live board', `${view.webUrl}/?board=${encodeURIComponent(slug)}`),
      ),
    ]),
  );
}
