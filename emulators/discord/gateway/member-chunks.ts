import type { z } from 'zod';
import type { JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { displayNameOf, membersOf, toMemberBody } from '../wire/people.ts';
import type { requestMembersSchema } from './packets.ts';

const chunkMax = 1000;
const allMembersEveryMs = 30_000;

/** Answers member requests; all members of a guild may be requested once per 30 seconds. */
export function createMemberChunks(world: World) {
  const askedAtMs = new Map<string, number>();

  return (asked: z.infer<typeof requestMembersSchema>): { name: string; body: JsonObject }[] => {
    const { guild_id, nonce, user_ids } = asked;
    const nonceField = nonce === undefined ? {} : { nonce };
    if (user_ids === undefined && asked.query === '' && asked.limit === 0) {
      const waitMs = (askedAtMs.get(guild_id) ?? -allMembersEveryMs) + allMembersEveryMs - Date.now();
      if (waitMs > 0) {
        const meta = { guild_id, ...nonceField };
        return [{ name: 'RATE_LIMITED', body: { opcode: 8, retry_after: waitMs / 1000, meta } }];
      }
      askedAtMs.set(guild_id, Date.now());
    }
    const query = asked.query?.toLowerCase() ?? '';
    const found = membersOf(world, guild_id).filter((member) => {
      if (user_ids) return user_ids.includes(member.user_id);
      const user = world.users.get(member.user_id);
      return user !== undefined && displayNameOf(user, member).toLowerCase().startsWith(query);
    });
    const members = asked.limit > 0 ? found.slice(0, asked.limit) : found;
    const not_found = user_ids?.filter((id) => !found.some((member) => member.user_id === id)) ?? [];
    const chunk_count = Math.max(1, Math.ceil(members.length / chunkMax));
    return Array.from({ length: chunk_count }, (_, chunk_index) => ({
      name: 'GUILD_MEMBERS_CHUNK',
      body: {
        guild_id,
        members: members
          .slice(chunk_index * chunkMax, (chunk_index + 1) * chunkMax)
          .map((member) => toMemberBody(world, member)),
        chunk_index,
        chunk_count,
        not_found,
        ...nonceField,
      },
    }));
  };
}
