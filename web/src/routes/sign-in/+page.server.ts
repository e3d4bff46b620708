import { redirect } from '@sveltejs/kit';
import { z } from 'zod';
import { action } from '#lib/server/forms/action.ts';
import { localPath } from '#lib/server/http/local-path.ts';
import { isWithinLimit } from '#lib/server/is-within-limit.ts';
import { readViewer } from '#lib/server/session/read-viewer.ts';
import { startDiscordSignIn } from '#lib/server/session/start-discord-sign-in.ts';
import { describeAuthProblem } from '#lib/text/describe-auth-problem.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { isSignInAllowed } from './is-sign-in-allowed.server.ts';

/** Where to go once signed in. */
const next = z
  .string()
  .optional()
  .transform((path) => localPath(path ?? null, '/'));
const discordForm = z.object({ next });
const passwordForm = z.object({
  next,
  email: z.email('Enter your email address.'),
  password: z.string().min(1, 'Enter your password.').max(256, 'No password is that long.'),
});

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

export const actions = {
  password: action({
    about: 'password',
    schema: passwordForm,
    limit: ({ getClientAddress }, { email }) => isSignInAllowed(getClientAddress(), email),
    command: async ({ locals }, { email, password, next }) => {
      const { error } = await locals.supabase.auth.signInWithPassword({ email, password });
      if (!error) redirect(303, next);
      const message = describeAuthProblem(error.code ?? '');
      return { ok: false, refusal: { code: error.code ?? 'unknown', message, action: '', status: 400 } };
    },
  }),
  discord: action({
    about: 'discord',
    schema: discordForm,
    limit: ({ getClientAddress }) => isWithinLimit('discord_sign_in', getClientAddress()),
    command: ({ locals }, { next }) => startDiscordSignIn(locals.supabase, 'sign-in', next),
  }),
} satisfies Actions;
