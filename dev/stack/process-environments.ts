// The variables of each process of the product: each holds only the secrets it needs, as in production.
import { type Environment, getWorkerOrigin, makeProductEnvironment, type StackPlace } from './environment.ts';

const discordApplication = ['DISCORD_API_URL', 'DISCORD_APPLICATION_ID'] as const;
const engine = [
  'INNGEST_DEV',
  'INNGEST_BASE_URL',
  'INNGEST_EVENT_URL',
  'INNGEST_EVENT_KEY',
  'INNGEST_SIGNING_KEY',
] as const;
const bot = [
  'DEPLOYMENT',
  'SUPABASE_URL',
  'SUPABASE_SECRET_KEY',
  'PUBLIC_SUPABASE_PUBLISHABLE_KEY',
  'PUBLIC_WEB_URL',
  'DISCORD_INTERACTIONS',
  'DISCORD_BOT_TOKEN',
  ...discordApplication,
] as const;

const variables = {
  web: [
    'DEPLOYMENT',
    'PUBLIC_SUPABASE_URL',
    'PUBLIC_SUPABASE_PUBLISHABLE_KEY',
    'PUBLIC_WEB_URL',
    'SUPABASE_SECRET_KEY',
    'DISCORD_API_URL',
    'TOKEN_SEALING_PUBLIC_KEY',
    'INNGEST_DASHBOARD_URL',
  ],
  worker: [...bot, 'DISCORD_CLIENT_SECRET', 'TOKEN_SEALING_PRIVATE_KEYS', ...engine],
  gateway: bot,
  edgeFunctions: [
    'DEPLOYMENT',
    'SUPABASE_URL',
    'SUPABASE_PUBLISHABLE_KEYS',
    'SUPABASE_SECRET_KEYS',
    'SUPABASE_JWKS_URL',
    'PUBLIC_WEB_URL',
    'DISCORD_PUBLIC_KEY',
    ...discordApplication,
    ...engine,
  ],
} as const;

/** The variables of one process of the product on a local stack. */
export function makeProcessEnvironment(process: keyof typeof variables, place: StackPlace): Environment {
  const product = makeProductEnvironment(place);
  const own = variables[process].flatMap((name): [string, string][] => {
    const value = product[name];
    return value === undefined ? [] : [[name, value]];
  });
  const { worker, web } = place.ports;
  const listening = {
    web: { HOST: '127.0.0.1', PORT: String(web), NO_COLOR: '1' },
    worker: { HOST: '127.0.0.1', PORT: String(worker), INNGEST_SERVE_ORIGIN: getWorkerOrigin(place.ports) },
    gateway: {},
    edgeFunctions: {},
  };
  return { ...Object.fromEntries(own), ...listening[process] };
}
