import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';

const hookSchema = z.object({
  enabled: z.boolean().default(false),
  uri: z.string().regex(/^pg-functions:\/\/[^/]+\/[a-z_][a-z0-9_]*\/[a-z_][a-z0-9_]*$/),
});

/** How many requests per address are answered within five minutes, beyond a burst of thirty. */
const rateLimitSchema = z.object({
  /** Signing in with a password or a code, and refreshing a session. */
  token_refresh: z.number().positive().default(150),
  /** Signing up and changing the own account. */
  sign_in_sign_ups: z.number().positive().default(30),
});

const emailSchema = z.object({
  /** If off, nobody signs in with e-mail and password; enable_signup is the older name of the switch. */
  enabled: z.boolean().optional(),
  enable_signup: z.boolean().optional(),
  enable_confirmations: z.boolean().default(false),
  secure_password_change: z.boolean().default(false),
  require_current_password: z.boolean().default(false),
});

const projectConfigSchema = z.object({
  api: z
    .object({
      schemas: z.array(z.string()).default(['public']),
      max_rows: z.number().int().positive().default(1000),
    })
    .prefault({}),
  auth: z
    .object({
      site_url: z.string().default('http://127.0.0.1:3000'),
      additional_redirect_urls: z.array(z.string()).default([]),
      jwt_expiry: z.number().int().positive().default(3600),
      enable_signup: z.boolean().default(true),
      enable_manual_linking: z.boolean().default(false),
      enable_refresh_token_rotation: z.boolean().default(true),
      refresh_token_reuse_interval: z.number().int().min(0).default(10),
      minimum_password_length: z.number().int().default(6),
      rate_limit: rateLimitSchema.prefault({}),
      email: emailSchema.prefault({}).transform(({ enabled, enable_signup, ...rest }) => ({
        ...rest,
        enabled: enabled ?? enable_signup ?? true,
      })),
      hook: z
        .object({ custom_access_token: hookSchema.optional(), before_user_created: hookSchema.optional() })
        .prefault({}),
      external: z
        .object({
          discord: z
            .object({ enabled: z.boolean().default(false), email_optional: z.boolean().default(false) })
            .prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  realtime: z.object({ private_only: z.boolean().default(false) }).prefault({}),
  functions: z.record(z.string(), z.object({ verify_jwt: z.boolean().default(true) })).default({}),
});

/** The part of a project's config.toml that the emulator supports, with hosted defaults for omitted values. */
export type ProjectConfig = z.infer<typeof projectConfigSchema>;

/** Reads a config.toml. Throws, naming the file, if it is missing or has values of the wrong type. */
export function readProjectConfig(file: string | URL): ProjectConfig {
  try {
    return parseProjectConfig(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`Cannot read the project configuration ${String(file)}.`, { cause });
  }
}

/** Parses the text of a config.toml. */
export function parseProjectConfig(toml: string): ProjectConfig {
  return projectConfigSchema.parse(parse(toml));
}
