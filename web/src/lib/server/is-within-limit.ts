import { checkRateLimit } from '#store/platform/check-rate-limit.ts';
import { createServerRoleClient } from './create-server-role-client.ts';

/** What may be done how often, by each person or address. */
const limits = {
  'sign-in': { limit_count: 10, window_seconds: 60 },
  // An office may share one address.
  'sign-in-address': { limit_count: 120, window_seconds: 60 },
  'discord-sign-in': { limit_count: 120, window_seconds: 60 },
  'discord-link': { limit_count: 20, window_seconds: 60 },
  'credit-request': { limit_count: 10, window_seconds: 60 },
  'profile-change': { limit_count: 30, window_seconds: 60 },
  'credit-decision': { limit_count: 120, window_seconds: 60 },
};

/**
 * Counts one attempt and says whether it may go on.
 * @param who the player, or the address of a visitor
 */
export async function isWithinLimit(what: keyof typeof limits, who: string): Promise<boolean> {
  const answer = await checkRateLimit(createServerRoleClient(), {
    bucket: `web:${what}:${who}`,
    ...limits[what],
  });
  return answer.allowed;
}

export const tooManyAttempts = 'Too many attempts. Wait a minute, then try again.';
