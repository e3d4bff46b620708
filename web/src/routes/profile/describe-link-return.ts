import { describeAuthProblem } from '#lib/text/describe-auth-problem.ts';

/** The message to a person who returns from Discord. */
export interface LinkReturn {
  kind: 'good' | 'bad' | 'note';
  title: string;
  text: string;
}

/** Codes that mean an existing link was there before. */
const unchanged = new Map([
  ['access_denied', 'You cancelled at Discord.'],
  ['identity_already_exists', 'The Discord account you chose belongs to another player.'],
]);

/**
 * The message on return from Discord. The current link decides, not the URL: a response may have been lost,
 * or the page reloaded later.
 * @param problem the code with which the flow ended, else null
 * @param isBack whether the URL claims that the link was made
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
