const startAgain = 'This sign-in was started in another window or used already. Start again.';

const sentences = new Map(
  Object.entries({
    invalid_credentials: 'Wrong email or password.',
    email_not_confirmed: 'This account is not confirmed yet. Ask an admin.',
    session_ended: 'You were signed out. Sign in again to go on.',
    form_lost: 'You were signed out, so nothing was sent. Sign in and try again.',
    form_not_sent: 'You were signed out, so nothing was sent. Sign in again: what you typed is kept.',
    user_banned: 'This account is blocked. Ask an admin.',
    over_request_rate_limit: 'Too many attempts. Wait a minute, then try again.',
    access_denied: 'You cancelled at Discord, so nothing changed. Start again whenever you like.',
    identity_already_exists:
      'The Discord account you chose belongs to another player. Sign in with Discord to be that player, choose ' +
      'another account at Discord, or ask an admin.',
    provider_email_needs_verification:
      'Discord has not verified your email address. Verify it there, then try again.',
    flow_state_expired: 'The sign-in took too long. Start again.',
    flow_state_not_found: startAgain,
    bad_oauth_state: startAgain,
    bad_oauth_callback: startAgain,
    bad_code_verifier: 'This sign-in was started in another browser. Start again here.',
    pkce_code_verifier_not_found: 'This sign-in was started in another browser. Start again here.',
    callback_without_code: 'This page only finishes a sign-in, and none is under way. Start again.',
    signed_out_on_the_way:
      'You were signed out on the way back from Discord. Sign in: your profile shows whether Discord is linked.',
    manual_linking_disabled: 'Linking accounts is switched off. Ask an admin.',
  }),
);

/** The message for a sign-in or link that failed. Unknown codes get a generic sentence. */
export function describeAuthProblem(code: string): string {
  return sentences.get(code) ?? 'Signing in did not work. Try again; if it keeps failing, ask an admin.';
}
