// The vocabulary of Discord roles and of the causes that block them, as in the database.

/** pending: to be changed; waiting: until the member is on the server; failed: until someone acts. */
export const memberRoleStates = ['pending', 'confirmed', 'waiting', 'failed'] as const;
export type MemberRoleState = (typeof memberRoleStates)[number];

/** The result of one step of a plan. */
export type RoleResultState = Exclude<MemberRoleState, 'pending'>;

/** Why a member does not have a role. Any other refusal by Discord is `discord_` followed by its code. */
export const roleCauseCodes = [
  'discord_unreachable',
  'discord_user_unknown',
  'guild_unknown',
  'missing_access',
  'missing_permissions',
  'not_in_server',
  'not_read_back',
  'role_taken',
  'role_unknown',
  'two_factor_required',
] as const;
export type RoleCauseCode = (typeof roleCauseCodes)[number] | `discord_${number}`;

/** What a server reports about a member. */
export const memberEvents = ['joined', 'left'] as const;
export type MemberEvent = (typeof memberEvents)[number];
