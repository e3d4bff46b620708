import { createHash } from 'node:crypto';
import { afterAll, beforeAll, vi } from 'vitest';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import type { TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';

export interface RealApi {
  supabase: TestSupabase;
  /** As a visitor, unless the headers contain a key. */
  get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  /** Sends a JSON body; text is sent unchanged. */
  send: (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** The headers of a new key with these scopes. */
  makeKey: (...scopes: string[]) => Promise<Record<string, string>>;
}

/**
 * The API in front of a separate real Supabase and database, for the calling file of project `integration`.
 */
export function useRealApi(): () => RealApi {
  let real: RealApi;
  beforeAll(async () => {
    const supabase = await startMigratedSupabase();
    vi.stubEnv('DEPLOYMENT', 'local');
    vi.stubEnv('SUPABASE_URL', supabase.url);
    vi.stubEnv('SUPABASE_SECRET_KEYS', JSON.stringify({ default: supabase.settings.secretKey }));
    vi.stubEnv('SUPABASE_PUBLISHABLE_KEYS', JSON.stringify({ default: supabase.settings.publishableKey }));
    vi.stubGlobal('Deno', { env: { get: (name: string) => process.env[name], toObject: () => process.env } });
    // Its modules keep their first clients, and test files share a process.
    vi.resetModules();
    const { createApi } = await import('../functions/api/app.ts');
    const api = createApi();
    let keyCount = 0;
    const request = (path: string, init: RequestInit) => api.request(`http://x/api/v1${path}`, init);
    real = {
      supabase,
      get: async (path, headers = {}) => request(path, { headers }),
      send: async (method, path, body, headers = {}) =>
        request(path, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      makeKey: async (...scopes) => {
        const key = `dsk_real_${String(keyCount++).padStart(8, '0')}`;
        const hash = createHash('sha256').update(key).digest('hex');
        await supabase.database.sql`
          select public.create_api_key(${scopes.join(' ') || 'none'}, ${scopes}, ${hash}, ${key.slice(0, 12)})`;
        return { authorization: `Bearer ${key}` };
      },
    };
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    await real.supabase.stop();
  });
  return () => real;
}
