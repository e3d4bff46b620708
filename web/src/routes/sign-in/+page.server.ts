import { fail, redirect } from '@sveltejs/kit';
import { z } from 'zod';
import { localPath } from '#lib/server/http/local-path.ts';
import { isWithinLimit, tooManyAttempts } from '#lib/server/is-within-limit.ts';
import { readViewer } from '#lib/server/session/read-viewer.ts';
import { startDiscordSignIn } from '#lib/server/session/start-discord-sign-in.ts';
import { describeAuthProblem } from '#lib/text/describe-auth-problem.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { isSignInAllowed } from './is-sign-in-allowed.server.ts';

const credentials = z.object({ email: z.email(), password: z.string().min(1).max(256) });

export const load: PageServerLoad = async ({ locals, url }) => {
  const next = localPath(url.searchParams.get('next'), '/');
  if (await readViewer(locals)) redirect(303, next);
  const problem = url.searchParams.get('problem');
  const isSignedOutEverywhere = url.searchParams.get('notice') === 'signed_out_everywhere';
  return {
    next,
    problem: problem && describeAuthProblem(problem),
    notice: isSignedOutEverywhere ? 'You are signed out on every device.' : null,
  };
};

export const actions: Actions = {
  password: async ({ request, locals, getClientAddress }) => {
    const form = await request.formData();
    const next = localPath(form.get('next'), '/');
    const email = String(form.get('email') ?? '');
    const parsed = credentials.safeParse({ email, password: form.get('password') });
    if (!parsed.success) return fail(400, { email, message: 'Enter your email address and your password.' });
    if (!(await isSignInAllowed(getClientAddress(), parsed.data.email))) {
      return fail(429, { email, message: tooManyAttempts });
    }
    const { error } = await locals.supabase.auth.signInWithPassword(parsed.data);
    if (error) return fail(400, { email, message: describeAuthProblem(error.code ?? '') });
    redirect(303, next);
  },
  discord: async ({ request, locals, getClientAddress }) => {
    const form = await request.formData();
    if (!(await isWithinLimit('discord_sign_in', getClientAddress()))) {
      return fail(429, { email: '', message: tooManyAttempts });
    }
    return startDiscordSignIn(locals.supabase, 'sign-in', localPath(form.get('next'), '/'));
  },
};
