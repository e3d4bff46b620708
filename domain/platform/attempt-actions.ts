/** What is counted where no command of the database sees it; how often each may happen is written in the database. */
export const attemptActions = [
  'api_address',
  'api_key',
  'api_simulate',
  'api_verification',
  'discord_link',
  'discord_sign_in',
  'metrics',
  'search',
  'sign_in',
  'sign_in_address',
] as const;
export type AttemptAction = (typeof attemptActions)[number];
