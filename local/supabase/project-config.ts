import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';

const hookSchema = z.object({
  enabled: z.boolean().default(false),
  uri: z.string().regex(/^pg-functions:\/\/[^/]+\/[a-z_][a-z0-9_]*\/[a-z_][a-z0-9_]*$/),
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
      hook: z.object({ custom_access_token: hookSchema.optional() }).prefault({}),
      external: z
        .object({
          discord: z
            .object({ enabled: z.boolean().default(false), email_optional: z.boolean().default(false) })
            .prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  functions: z.record(z.string(), z.object({ verify_jwt: z.boolean().default(true) })).default({}),
});

/** The part of supabase/config.toml that the embedded services honour, with hosted defaults for what is left out. */
export type ProjectConfig = z.infer<typeof projectConfigSchema>;

/** Reads a config.toml. Throws, naming the file, when it is missing or holds values of the wrong type. */
export function readProjectConfig(file: string | URL): ProjectConfig {
  try {
    return parseProjectConfig(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`Cannot read the project configuration ${String(file)}.`, { cause });
  }
}

/** Reads the text of a config.toml. */
export function parseProjectConfig(toml: string): ProjectConfig {
  return projectConfigSchema.parse(parse(toml));
}
