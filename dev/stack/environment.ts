// The variables of each process of the local stack, in one place.
import path from 'node:path';
import { z } from 'zod';
import { getOwnerUrl, getSuperuserUrl } from '#emulators/postgres/cluster.ts';
import { findPostgresUser } from '#emulators/postgres/os-user.ts';
import { findReachableDirectory } from '#emulators/postgres/reachable-directory.ts';
import { applicationId } from '../seed/discord-community.ts';
import { getPorts, type Ports } from './ports/ports.ts';
import { loadSecrets, type Secrets } from './secrets/secrets.ts';

/** Root of the checkout. */
export const repositoryDirectory = path.join(import.meta.dirname, '../..');

/** Environment variables of a process, all strings. */
export type Environment = Record<string, string>;

/** The parameters of a stack's environment. */
export interface StackPlace {
  ports: Ports;
  portOffset: number;
  dataDirectory: string;
  secrets: Secrets;
  /** Variables of an Inngest server that replaces the embedded engine. */
  externalEngine?: Environment | null;
  /** Factor by which Auth's rate limits are raised; 1 by default. */
  authRateFactor?: number | undefined;
}

/** Address at which Inngest and this stack reach the worker. */
export function getWorkerOrigin(ports: Ports): string {
  return `http://127.0.0.1:${ports.worker}`;
}

/** The variables that product code reads, as in production. */
export function makeProductEnvironment({ ports, secrets, externalEngine }: StackPlace): Environment {
  const supabaseUrl = `http://127.0.0.1:${ports.supabase}`;
  const webUrl = `http://127.0.0.1:${ports.web}`;
  const inngestUrl = `http://127.0.0.1:${ports.inngest}`;
  return {
    DEPLOYMENT: 'local',
    PUBLIC_SUPABASE_URL: supabaseUrl,
    PUBLIC_SUPABASE_PUBLISHABLE_KEY: secrets.publishable_key,
    SUPABASE_URL: supabaseUrl,
    SUPABASE_SECRET_KEY: secrets.secret_key,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: secrets.publishable_key }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secrets.secret_key }),
    SUPABASE_JWKS_URL: `${supabaseUrl}/auth/v1/.well-known/jwks.json`,
    SUPABASE_DB_URL: getOwnerUrl(ports.postgres),
    PUBLIC_WEB_URL: webUrl,
    ...(externalEngine ?? {
      INNGEST_DEV: inngestUrl,
      INNGEST_BASE_URL: inngestUrl,
      INNGEST_EVENT_KEY: secrets.inngest_event_key,
      INNGEST_DASHBOARD_URL: inngestUrl,
    }),
    DISCORD_API_URL: `http://127.0.0.1:${ports.discord}/api`,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_CLIENT_SECRET: secrets.discord_client_secret,
    DISCORD_PUBLIC_KEY: secrets.discord_public_key,
    DISCORD_BOT_TOKEN: secrets.discord_bot_token,
    DISCORD_INTERACTIONS: 'http',
    TOKEN_SEALING_PUBLIC_KEY: JSON.stringify({ ...secrets.token_private_jwks[0], d: undefined }),
    TOKEN_SEALING_PRIVATE_KEYS: JSON.stringify({ keys: secrets.token_private_jwks }),
  };
}

/** Additional variables that only the emulators may read. */
export function makeLocalEnvironment(place: StackPlace): Environment {
  const { ports, portOffset, dataDirectory, secrets } = place;
  const interactionsUrl = `http://127.0.0.1:${ports.supabase}/functions/v1/interactions`;
  return {
    LOCAL_PORT_OFFSET: String(portOffset),
    LOCAL_DATA_DIR: dataDirectory,
    LOCAL_SUPERUSER_URL: getSuperuserUrl(ports.postgres, secrets.postgres_superuser_password),
    LOCAL_POSTGRES_DIRECTORY: getPostgresDirectory(dataDirectory),
    LOCAL_POSTGRES_PORT: String(ports.postgres),
    LOCAL_SUPERUSER_PASSWORD: secrets.postgres_superuser_password,
    SUPABASE_PUBLISHABLE_KEY: secrets.publishable_key,
    LOCAL_SUPABASE_CONFIG_FILE: path.join(repositoryDirectory, 'supabase/config.toml'),
    LOCAL_SITE_URL: `http://127.0.0.1:${ports.web}`,
    LOCAL_SUPABASE_PORT: String(ports.supabase),
    LOCAL_FUNCTIONS_PORT: String(ports.edgeFunctions),
    LOCAL_FUNCTIONS_URL: `http://127.0.0.1:${ports.edgeFunctions}`,
    LOCAL_JWT_PRIVATE_JWK: JSON.stringify(secrets.jwt_private_jwk),
    LOCAL_STATE_SECRET: secrets.state_secret,
    LOCAL_AUTH_RATE_FACTOR: String(place.authRateFactor ?? 1),
    LOCAL_INNGEST_PORT: String(ports.inngest),
    LOCAL_INNGEST_APPS: `${getWorkerOrigin(ports)}/api/inngest`,
    LOCAL_DISCORD_PORT: String(ports.discord),
    LOCAL_DISCORD_PRIVATE_KEY: secrets.discord_private_key,
    LOCAL_DISCORD_STATE_FILE: path.join(dataDirectory, 'discord.json'),
    LOCAL_DISCORD_COMMUNITY_FILE: getCommunityFile(dataDirectory),
    LOCAL_DISCORD_INTERACTIONS_URL: interactionsUrl,
    LOCAL_DISCORD_EVENTS_URL: `http://127.0.0.1:${ports.supabase}/functions/v1/discord-events`,
    LOCAL_DISCORD_REDIRECT_URI: `http://127.0.0.1:${ports.supabase}/auth/v1/callback`,
    LOCAL_API_KEY: secrets.api_key,
  };
}

/** The parameters of the stack that started this process. For development processes only. */
export function readStackPlace(variables: NodeJS.ProcessEnv): StackPlace {
  const { LOCAL_PORT_OFFSET: portOffset, LOCAL_DATA_DIR: dataDirectory } = z
    .object({ LOCAL_PORT_OFFSET: z.coerce.number(), LOCAL_DATA_DIR: z.string() })
    .parse(variables);
  return { portOffset, dataDirectory, ports: getPorts(portOffset), secrets: loadSecrets(dataDirectory) };
}

/** Where the Discord sandbox of a stack finds its initial people and server. */
export function getCommunityFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'discord-community.json');
}

/** Path of a stack's database: in its data directory, unless the Postgres account cannot access that. */
export function getPostgresDirectory(dataDirectory: string): string {
  return findReachableDirectory(path.join(dataDirectory, 'postgres'), findPostgresUser(), 'dealscale');
}
