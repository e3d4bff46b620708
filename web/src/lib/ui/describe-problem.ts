/**
 * The text of an error page: what happened and what to do next.
 * @param reason the sentence of the error, shown if it was written for people
 * @param hasNumber whether the page shows an id to quote; errors in the browser have none
 */
export function describeProblem(
  status: number,
  reason = '',
  hasNumber = false,
): { title: string; action: string } {
  if (status === 401) return { title: 'You are not signed in', action: 'Sign in to see this page.' };
  if (status === 403) {
    return {
      title: 'This page is not for your account',
      action: reason || 'Ask an admin if you should have access.',
    };
  }
  if (status === 404) {
    return {
      title: 'There is nothing here',
      action:
        reason && reason !== 'Not Found' ? reason : 'Check the address, or start again from the leaderboard.',
    };
  }
  if (status === 429)
    return { title: 'Too many requests at once', action: reason || 'Wait a minute, then try again.' };
  if (status < 500) return { title: 'That did not work', action: reason || 'Go back and try again.' };
  return {
    title: 'Something broke on our side',
    action: `Wait a moment, then try again. If it keeps happening, ask for help${hasNumber ? ' with the number below' : ''}.`,
  };
}
