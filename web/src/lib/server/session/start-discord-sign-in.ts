import { redirect } from '@sveltejs/kit';
import type { StoreClient } from '#store/store-client.ts';
import { PUBLIC_SUPABASE_URL, PUBLIC_WEB_URL } from '$app/env/public';

/**
 * Redirects to Discord, which returns to `/auth/callback` and from there to `next`.
 * @param purpose `sign-in` opens a session; `link` adds the Discord account to the current one
 */
export async function startDiscordSignIn(
  supabase: StoreClient,
  purpose: 'sign-in' | 'link',
  next: string,
): Promise<never> {
  const callback = new URL('/auth/callback', PUBLIC_WEB_URL);
  callback.searchParams.set('next', next);
  if (purpose === 'link') callback.searchParams.set('purpose', 'link');
  const credentials = {
    provider: 'discord' as const,
    options: { redirectTo: callback.href, skipBrowserRedirect: true },
  };
  const { data, error } =
    purpose === 'link'
      ? await supabase.auth.linkIdentity(credentials)
      : await supabase.auth.signInWithOAuth(credentials);
  if (error || !data.url) throw new Error('Discord sign-in could not be started.', { cause: error });
  const allowed = new URL(PUBLIC_SUPABASE_URL).origin;
  const { origin } = new URL(data.url);
  redirect(303, data.url, { external: [allowed, origin] });
}
