import { redirect } from '@sveltejs/kit';
import { localPath } from '#lib/server/http/local-path.ts';
import { isTheme } from '#lib/site/theme.ts';
import { PUBLIC_WEB_URL } from '$app/env/public';
import type { RequestHandler } from './$types.js';

const yearSeconds = 365 * 86_400;

export const POST: RequestHandler = async ({ cookies, request }) => {
  const form = await request.formData();
  const theme = form.get('theme');
  if (!isTheme(theme)) return new Response('Choose system, light or dark.', { status: 400 });
  cookies.set('theme', theme, {
    path: '/',
    maxAge: yearSeconds,
    sameSite: 'lax',
    secure: PUBLIC_WEB_URL.startsWith('https:'),
  });
  if (!form.has('return_to')) return new Response(null, { status: 204 });
  redirect(303, localPath(form.get('return_to'), '/'));
};
