import { formatMarkedRank } from '#domain/leaderboard/format-rank.ts';
import { formatNumber, formatSigned } from '#domain/platform/text/format-number.ts';
import { isolate } from '#domain/platform/text/isolate.ts';
import type { MovementExplanation } from '#store/leaderboard/reads/movement-explanation-schema.ts';

/** The heading of an explanation, and its first sentence. */
export interface MovementWords {
  title: string;
  sentence: string;
}

/**
 * The heading and sentence that explain a player's rank, in the second person for the player themselves.
 * Names are isolated.
 * @param why null if the player is not on the board
 */
export function describeMovement(
  why: MovementExplanation | null | undefined,
  about: { name: string; isOwn: boolean; board: string },
): MovementWords {
  const { isOwn } = about;
  const [name, board] = [isolate(about.name), isolate(about.board)];
  const whose = isOwn ? 'your' : `${name}’s`;
  const who = isOwn ? 'You' : name;
  if (!why) {
    return {
      title: isOwn ? 'You are not ranked here yet' : 'Not ranked here yet',
      sentence: `${who} ${isOwn ? 'have' : 'has'} no points on ${board} at the moment.`,
    };
  }
  const before = why.since.position;
  const now = why.now.position ?? 0;
  const [rankBefore, rankNow] = [writeRank(why.since), writeRank(why.now)];
  const points = `Points earned in this time: ${formatSigned((why.now.score ?? 0) - (why.since.score ?? 0))}.`;
  if (before === null) {
    return {
      title: isOwn ? 'How you entered the board' : `How ${name} entered the board`,
      sentence: `${who} entered the board at ${rankNow}. ${points}`,
    };
  }
  if (before === now || rankBefore === rankNow) {
    return {
      title: `${capitalize(whose)} rank did not change`,
      sentence: `${who} ${isOwn ? 'are' : 'is'} still ${rankNow}. ${points}`,
    };
  }
  const direction = before > now ? 'up' : 'down';
  return {
    title: `Why ${whose} rank changed`,
    sentence: `${who} went ${direction} from ${rankBefore} to ${rankNow}. ${points}`,
  };
}

/** How many players were overtaken, where only the nearest may have been considered. */
export function countPassed({ count, is_complete }: { count: number; is_complete: boolean }): string {
  return `${is_complete ? '' : 'at least '}${formatNumber(count)}`;
}

const writeRank = ({ rank, is_tied }: MovementExplanation['now']): string =>
  formatMarkedRank({ rank: rank ?? 0, is_tied: is_tied ?? false }, formatNumber);

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
