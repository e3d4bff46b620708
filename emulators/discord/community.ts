import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isPermissionName, type PermissionName } from './rules/permissions.ts';

const idSchema = z.string().regex(/^\d{17,20}$/, 'An id is a snowflake: 17 to 20 digits.');
const permissionSchema = z
  .custom<PermissionName>(isPermissionName, 'This is not the name of a permission.')
  .array();

const personSchema = z.strictObject({
  id: idSchema,
  username: z.string(),
  global_name: z.string().nullable(),
  email: z.email().nullable(),
  locale: z.string().default('en-US'),
});

const roleSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  color: z.int(),
  permissions: permissionSchema.default([]),
});

/** What a role, or `@everyone` by the guild's id, may do in one channel other than in the whole guild. */
const overwriteSchema = z.strictObject({
  role_id: idSchema,
  allow: permissionSchema.default([]),
  deny: permissionSchema.default([]),
});

const guildSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  owner_id: idSchema,
  founded_at: z.iso.datetime(),
  /** What everybody in the guild may do. */
  permissions: permissionSchema,
  /** From the highest to the lowest. */
  roles: roleSchema.array(),
  /** The role that came with the application, which may hand out the roles below it; null: it is not in this guild. */
  application_role_id: idSchema.nullable(),
  channels: z
    .strictObject({
      id: idSchema,
      name: z.string(),
      topic: z.string().nullable(),
      overwrites: overwriteSchema.array().default([]),
    })
    .array(),
  /** In the order in which they joined. */
  members: z.strictObject({ user_id: idSchema, roles: idSchema.array() }).array(),
});

const communitySchema = z.strictObject({
  application: z.strictObject({ name: z.string(), description: z.string(), owner_id: idSchema }),
  people: personSchema.array(),
  guilds: guildSchema.array().min(1),
});

/** The people, the guilds and the application that a sandbox begins with. */
export type Community = z.output<typeof communitySchema>;
export type GuildSeed = Community['guilds'][number];

/** Checks a community; throws, naming what is wrong. */
export function parseCommunity(input: unknown): Community {
  const parsed = communitySchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`This is no community for the sandbox: ${z.prettifyError(parsed.error)}`);
}

/** Reads a community from a JSON file; throws, naming the file, if it is missing or malformed. */
export function readCommunity(file: string): Community {
  try {
    return parseCommunity(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The community in ${file} cannot be used. ${reason}`, { cause });
  }
}
