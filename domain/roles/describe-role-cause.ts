import type { RoleCauseCode, RoleResultState } from './vocabulary.ts';

/** What keeps a member from having a role. */
export interface RoleCause {
  state: Exclude<RoleResultState, 'confirmed'>;
  cause_code: RoleCauseCode;
  cause: string;
}

/** Each cause as the player reads it, with what to do about it. */
const sentences: Record<Exclude<RoleCauseCode, `discord_${number}`>, string> = {
  discord_unreachable: 'Discord did not accept the change. It is retried within the hour.',
  discord_user_unknown: 'The linked Discord account no longer exists. The player has to link another one.',
  guild_unknown: 'The bot is no longer on this server. Invite it again.',
  missing_access: 'The bot cannot see this server. Invite it again.',
  missing_permissions:
    "The bot is not allowed to assign this role. Grant it Manage Roles and drag its role above the tier's role.",
  not_in_server: 'The player is not on the Discord server. They get the role when they join.',
  not_read_back: "Discord accepted the change, but the member's roles differ. The next check repairs it.",
  role_taken: 'Someone removed the role in Discord. It will be assigned again.',
  role_unknown: 'The role of this tier was deleted. Create it again or map another one.',
  two_factor_required:
    "The server requires two-factor authentication for moderators. The bot's owner has to enable it.",
};

/** A cause as it is recorded: only a member who is not on the server waits, everything else has failed. */
export function describeRoleCause(causeCode: keyof typeof sentences): RoleCause {
  const state = causeCode === 'not_in_server' ? 'waiting' : 'failed';
  return { state, cause_code: causeCode, cause: sentences[causeCode] };
}
