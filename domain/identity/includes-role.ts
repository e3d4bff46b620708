import { type PlayerRole, playerRoles } from './vocabulary.ts';

/** Whether a role may do what the other one may. */
export function includesRole(role: PlayerRole, other: PlayerRole): boolean {
  return playerRoles.indexOf(role) >= playerRoles.indexOf(other);
}
