import { discordBystanders } from './discord-bystanders.ts';
import { makeName } from './names.ts';
import type { Random } from './random.ts';

/** A player of the sample competition. Rates are relative: 1 is an ordinary player. */
export interface SeedPlayer {
  player_id: string;
  username: string;
  display_name: string;
  is_ranked: boolean;
  /** Activity on a working day. */
  pace: number;
  /** The share of deals among their activities. */
  craft: number;
  /** The player's offset from UTC in hours. */
  utcOffsetHours: number;
  /** Days since the player joined. */
  joinedDaysAgo: number;
  /** Days since the player was last active; 0 if still active. */
  quietForDays: number;
}

/** Fixed people: their ids never change, so tests and pages can refer to them. */
export const personaIds = {
  ada: 'a0000000-0000-4000-8000-000000000001',
  max: 'a0000000-0000-4000-8000-000000000002',
  pia: 'a0000000-0000-4000-8000-000000000003',
  quinn: 'a0000000-0000-4000-8000-000000000004',
} as const;

const utcOffsetHours = [-8, -6, -5, -5, -3, 0, 1, 1, 2, 3, 5.5, 7, 8, 9] as const;

/** All players: the personas, the members of the sandbox guild, and `count` others. */
export function makePlayers(random: Random, count: number, dayCount: number): SeedPlayer[] {
  const usernames = new Set<string>(['ada', 'max', 'pia', 'quinn', 'rob']);
  const known = { utcOffsetHours: 1, joinedDaysAgo: dayCount, quietForDays: 0, is_ranked: true };
  const players: SeedPlayer[] = [
    {
      ...known,
      player_id: personaIds.ada,
      username: 'ada',
      display_name: 'Ada Okafor',
      is_ranked: false,
      pace: 0,
      craft: 0,
    },
    {
      ...known,
      player_id: personaIds.max,
      username: 'max',
      display_name: 'Max Lindqvist',
      is_ranked: false,
      pace: 0,
      craft: 0,
    },
    {
      ...known,
      player_id: personaIds.pia,
      username: 'pia',
      display_name: 'Pia Romero',
      pace: 6.4,
      craft: 1.3,
    },
    {
      ...known,
      player_id: personaIds.quinn,
      username: 'quinn',
      display_name: 'Quinn Tanaka',
      pace: 1.5,
      craft: 0.8,
    },
  ];
  // Guild members are spread over the top, so every title has a holder with a visible role.
  const paces = [7.4, 7.1, 6.6, 6.1, 5.4, 4.9, 4.2, 3.4, 2.4, 1.2];
  for (const [index, person] of discordBystanders.entries()) {
    usernames.add(person.username);
    players.push({
      ...known,
      player_id: random.uuid(),
      username: person.username,
      display_name: person.global_name ?? person.username,
      pace: paces[index % paces.length] ?? 1,
      craft: 1.1,
    });
  }
  while (players.length < count) players.push(makeStranger(random, usernames, dayCount));
  return players;
}

function makeStranger(random: Random, usernames: Set<string>, dayCount: number): SeedPlayer {
  const name = makeName(random);
  let username = name.username;
  for (let number = 2; usernames.has(username); number += 1) username = `${name.username}${number}`;
  usernames.add(username);
  const joinedDaysAgo = random.isLikely(0.6) ? dayCount : random.between(2, dayCount);
  return {
    player_id: random.uuid(),
    username,
    display_name: name.display_name,
    is_ranked: true,
    // Most players do little and a few do a lot.
    pace: Math.min(6.8, Math.exp(random.normal() * 0.85 - 0.45)),
    craft: Math.min(1.6, Math.max(0.3, 0.9 + random.normal() * 0.25)),
    utcOffsetHours: random.pick(utcOffsetHours),
    joinedDaysAgo,
    quietForDays: random.isLikely(0.12) ? random.between(1, Math.max(1, joinedDaysAgo - 1)) : 0,
  };
}
