import { error } from '@sveltejs/kit';
import { action } from '#lib/server/forms/action.ts';
import { isWithinLimit } from '#lib/server/is-within-limit.ts';
import { setLinkMark } from '#lib/server/session/link-mark.ts';
import { readOwnProfile } from '#lib/server/session/read-viewer.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { startDiscordSignIn } from '#lib/server/session/start-discord-sign-in.ts';
import { takeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { listLedgerEntries } from '#store/credits/books/list-ledger-entries.ts';
import { cancelCreditRequest } from '#store/credits/cancel-credit-request.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { getRequestLimits } from '#store/credits/policies/get-request-limits.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { unlinkDiscord } from '#store/identity/unlink-discord.ts';
import { updateOwnProfile } from '#store/identity/update-own-profile.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { describeLinkReturn } from './describe-link-return.ts';
import { describeSentRequest } from './describe-sent-request.ts';
import { describeUnlinked } from './describe-unlinked.ts';
import { cancelForm, emptyForm, requestForm, settingsForm } from './profile-forms.server.ts';

export const load: PageServerLoad = async ({ locals, url, depends, cookies }) => {
  depends('app:profile');
  const { player_id } = await requireRole(locals, url, 'player');
  const { supabase } = locals;
  const [profile, stats, limits, requests, ledger] = await Promise.all([
    readOwnProfile(locals),
    getPlayerStats(supabase, { player_id }),
    getRequestLimits(supabase),
    listCreditRequests(supabase, { player_id, max_rows: 10 }),
    listLedgerEntries(supabase, { max_rows: 15 }),
  ]);
  if (!profile) error(404, 'Your player was removed a moment ago. Ask an admin.');
  const link_return = describeLinkReturn(
    profile.link,
    url.searchParams.get('problem'),
    url.searchParams.has('linked'),
  );
  return {
    profile,
    standings: stats?.standings ?? [],
    limits,
    requests: requests.requests,
    entries: ledger.entries,
    // One key per filled-in form: sending it twice creates one request.
    request_key: crypto.randomUUID(),
    link_return,
    unsent: takeUnsentForm(cookies, locals.claims?.sub, url.pathname),
  };
};

export const actions = {
  request: action({
    about: 'request',
    role: 'player',
    schema: requestForm,
    command: ({ locals }, form) => requestCredits(locals.supabase, { ...form, source: 'web' }),
    done: (request) => ({ message: describeSentRequest(request) }),
  }),
  cancel: action({
    about: 'requests',
    role: 'player',
    schema: cancelForm,
    command: ({ locals }, form) => cancelCreditRequest(locals.supabase, { ...form, source: 'web' }),
    done: () => ({ message: 'The request is cancelled.' }),
  }),
  settings: action({
    about: 'settings',
    role: 'player',
    schema: settingsForm,
    command: ({ locals }, form) => updateOwnProfile(locals.supabase, { ...form, source: 'web' }),
    done: () => ({ message: 'Saved. The boards follow within 30 seconds.' }),
  }),
  link: action({
    about: 'discord',
    role: 'player',
    schema: emptyForm,
    limit: async ({ locals, url }) =>
      isWithinLimit('discord_link', (await requireRole(locals, url, 'player')).player_id),
    command: ({ locals, cookies }) => {
      setLinkMark(cookies);
      return startDiscordSignIn(locals.supabase, 'link', '/profile');
    },
  }),
  unlink: action({
    about: 'discord',
    role: 'player',
    schema: emptyForm,
    command: ({ locals }) => unlinkDiscord(locals.supabase, { source: 'web' }),
    done: (unlinked) => ({ message: describeUnlinked(unlinked) }),
  }),
} satisfies Actions;
