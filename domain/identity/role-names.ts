import type { PlayerRole } from './vocabulary.ts';

/** What people read for each role. */
export const roleNames: Record<PlayerRole, string> = { player: 'Player', manager: 'Manager', admin: 'Admin' };
