import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';

/** Ends this session, or with `scope=global` every session of the account. Their tokens stop working too. */
export const POST: RequestHandler = async ({ locals, request }) => {
  const isEverywhere = (await request.formData()).get('scope') === 'global';
  // An error means the session had already ended; its cookies are cleared either way.
  await locals.supabase.auth.signOut({ scope: isEverywhere ? 'global' : 'local' });
  redirect(303, isEverywhere ? '/sign-in?notice=signed_out_everywhere' : '/');
};
