import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const entry = new URL('../main.ts', import.meta.url).pathname;

/** The process as the local stack runs it. */
export interface SpawnedSupabase {
  child: ChildProcess;
  isReady: boolean;
  /** Its error output. */
  output: () => string;
  /** Ends it and returns its exit code, null if a signal ended it. */
  stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
}

/** The process's variables, for a database without functions, Discord or web app. */
export function makeSupabaseEnvironment(port: number, superuserUrl: string): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    PATH: process.env.PATH ?? '',
    SUPABASE_URL: `http://127.0.0.1:${port}`,
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
    LOCAL_SITE_URL: 'http://127.0.0.1:3999',
    LOCAL_SUPABASE_CONFIG_FILE: new URL('config.toml', import.meta.url).pathname,
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    DISCORD_APPLICATION_ID: '1',
    DISCORD_CLIENT_SECRET: 'secret',
    LOCAL_SUPABASE_PORT: String(port),
    LOCAL_SUPERUSER_URL: superuserUrl,
    LOCAL_FUNCTIONS_URL: 'http://127.0.0.1:9',
    LOCAL_JWT_PRIVATE_JWK: JSON.stringify(privateKey.export({ format: 'jwk' })),
    LOCAL_STATE_SECRET: 'a-secret-of-tests-that-is-long-enough-for-hs256',
    LOCAL_AUTH_RATE_FACTOR: '1000',
  };
}

/** Creates an account that can sign in, as an admin does. */
export async function createAccount(
  url: string,
  account: { email: string; password: string },
): Promise<void> {
  const response = await fetch(`${url}/auth/v1/admin/users`, {
    method: 'POST',
    headers: { apikey: 'sb_secret_test', 'content-type': 'application/json' },
    body: JSON.stringify({ ...account, email_confirm: true }),
  });
  if (!response.ok) throw new Error(`The account could not be made: ${await response.text()}`);
}

/** Runs the process until it is ready, or until it ends. */
export async function spawnSupabase(environment: Record<string, string>): Promise<SpawnedSupabase> {
  const child = spawn(process.execPath, [entry], { env: environment });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const isReady = await new Promise<boolean>((resolve) => {
    createInterface(child.stdout).on('line', (line) => line === 'ready' && resolve(true));
    child.once('close', () => resolve(false));
  });
  const stop = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return { child, isReady, output: () => output, stop };
}
