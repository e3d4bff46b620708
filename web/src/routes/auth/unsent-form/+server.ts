import { packUnsentForm, serializeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { PUBLIC_WEB_URL } from '$app/env/public';
import type { RequestHandler } from './$types.js';

/** Keeps form input of a page whose session ends while it is open, until the person signs in again. */
export const POST: RequestHandler = async ({ url, request, cookies }) => {
  const data = await request.formData().catch(() => null);
  const path = url.searchParams.get('path') ?? '';
  const action = url.searchParams.get('action') ?? '';
  const kept = data && packUnsentForm(cookies, { path, action, data });
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (kept)
    headers.set('set-cookie', serializeUnsentForm(cookies, kept, PUBLIC_WEB_URL.startsWith('https:')));
  return Response.json({ is_kept: kept !== null }, { headers });
};
