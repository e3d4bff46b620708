import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = async ({ locals }) => {
  // Only this device. An error means the session had already ended; its cookies are cleared either way.
  await locals.supabase.auth.signOut({ scope: 'local' });
  redirect(303, '/');
};
