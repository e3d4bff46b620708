// The words of Discord roles and of what is in their way, as the database keeps them.

/** pending: to be given or taken; waiting: until the member is in the server; failed: until somebody acts. */
export const memberRoleStates = ['pending', 'confirmed', 'waiting', 'failed'] as const;
export type MemberRoleState = (typeof memberRoleStates)[number];

/** What came of one step of a plan. */
export type RoleResultState = Exclude<MemberRoleState, 'pending'>;

/** Why a member does not have a role. Beside these, a refusal of Discord that has no name here is `discord_` and its code. */
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

/** What a server tells about a member. */
export const memberEvents = ['joined', 'left'] as const;
export type MemberEvent = (typeof memberEvents)[number];
