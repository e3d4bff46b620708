/** Actions that no database command counts; the database defines their limits. */
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
