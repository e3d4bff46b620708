import { describeAuthProblem } from '#lib/text/describe-auth-problem.ts';

/** What the page tells a person who comes back from Discord. */
export interface LinkReturn {
  kind: 'good' | 'bad' | 'note';
  title: string;
  text: string;
}

/** Codes after which a link that is there was there before. */
const unchanged = new Map([
  ['access_denied', 'You cancelled at Discord.'],
  ['identity_already_exists', 'The Discord account you chose belongs to another player.'],
]);

/**
 * What to say on return from Discord. The link as it is now decides, not what the address of the page says: an answer
 * may have been lost on the way, or the page be read again later.
 * @param problem the code that the way back ended with, else null
 * @param isBack whether the address says that the link was made
 */
export function describeLinkReturn(
  link: { discord_username: string } | null,
  problem: string | null,
  isBack: boolean,
): LinkReturn | null {
  if (!link) {
    return problem === null
      ? null
      : { kind: 'bad', title: 'Discord is not linked', text: describeAuthProblem(problem) };
  }
  const reason = problem === null ? undefined : unchanged.get(problem);
  if (reason) {
    const text = `${reason} You are still linked as @${link.discord_username}.`;
    return { kind: 'note', title: 'Nothing changed', text };
  }
  if (problem === null && !isBack) return null;
  const text = `You are @${link.discord_username}. If that is not you, unlink it below.`;
  return { kind: 'good', title: 'Discord is linked', text };
}
