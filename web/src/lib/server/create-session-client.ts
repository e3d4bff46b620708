import { createServerClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import { fetchInTime } from '#store/fetch-in-time.ts';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL, PUBLIC_WEB_URL } from '$app/env/public';

/**
 * A Supabase client for one request that acts as the person who sent it. The session lives in cookies
 * that scripts cannot read; a refreshed session is written back to them.
 */
export function createSessionClient(event: RequestEvent): SupabaseClient {
  const secure = PUBLIC_WEB_URL.startsWith('https:');
  return createServerClient(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    global: { fetch: fetchInTime },
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (cookies, headers) => {
        for (const { name, value, options } of cookies) {
          event.cookies.set(name, value, { ...options, path: '/', httpOnly: true, sameSite: 'lax', secure });
        }
        if (Object.keys(headers).length > 0) event.setHeaders(headers);
      },
    },
  });
}
