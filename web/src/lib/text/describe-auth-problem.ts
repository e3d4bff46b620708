const sentences: Record<string, string> = {
  invalid_credentials: 'This e-mail address and password do not belong together. Check both and try again.',
  email_not_confirmed:
    'This e-mail address is not confirmed yet. Follow the link in the message we sent you.',
  user_banned: 'This account is blocked. Ask an administrator.',
  over_request_rate_limit: 'Too many attempts. Wait a minute, then try again.',
  access_denied: 'You cancelled at Discord, so nothing changed. Start again whenever you like.',
  identity_already_exists:
    'This Discord account is linked to another player. Sign in as that player and unlink it there, or choose ' +
    'another account at Discord.',
  discord_account_taken:
    'This Discord account is linked to another player. Sign in as that player and unlink it there, or choose ' +
    'another account at Discord.',
  single_identity_not_deletable:
    'Discord is the only way to sign in to this account. Set a password first, then unlink it.',
  provider_email_needs_verification: 'Confirm your e-mail address at Discord, then try again.',
  flow_state_expired: 'The sign-in took too long. Start again.',
  flow_state_not_found: 'This sign-in was started in another window or used already. Start again.',
  bad_code_verifier: 'This sign-in was started in another browser. Start again here.',
  manual_linking_disabled: 'Linking accounts is switched off. Ask an administrator.',
};

/** What to tell a person whose sign-in or link did not work. Unknown codes get a sentence that is always true. */
export function describeAuthProblem(code: string): string {
  return sentences[code] ?? 'Signing in did not work. Try again; if it keeps failing, ask an administrator.';
}
