import { error } from '@sveltejs/kit';
import { isWithinLimit } from '#lib/server/is-within-limit.ts';
import { refuseForm, refuseTooMany } from '#lib/server/refuse-form.ts';
import { setLinkMark } from '#lib/server/session/link-mark.ts';
import { readOwnProfile } from '#lib/server/session/read-viewer.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { startDiscordSignIn } from '#lib/server/session/start-discord-sign-in.ts';
import { takeUnsentForm } from '#lib/server/session/unsent-form.ts';
import { cancelCreditRequest } from '#store/credits/cancel-credit-request.ts';
import { listCreditPolicies } from '#store/credits/list-credit-policies.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { listLedgerEntries } from '#store/credits/list-ledger-entries.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { unlinkDiscord } from '#store/identity/unlink-discord.ts';
import { updateOwnProfile } from '#store/identity/update-own-profile.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { describeLinkReturn } from './describe-link-return.ts';
import { describeSentRequest } from './describe-sent-request.ts';
import { describeUnlinked } from './describe-unlinked.ts';
import { parseCancelForm, parseRequestForm, parseSettingsForm } from './profile-forms.server.ts';

export const load: PageServerLoad = async ({ locals, url, depends, cookies }) => {
  depends('app:profile');
  const { player_id } = await requireRole(locals, url, 'player');
  const { supabase } = locals;
  const [profile, stats, policies, requests, ledger] = await Promise.all([
    readOwnProfile(locals),
    getPlayerStats(supabase, { player_id }),
    listCreditPolicies(supabase),
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
    policies,
    requests: requests.requests,
    entries: ledger.entries,
    // One key for one filled-in form: sending it twice asks for credits once.
    request_key: crypto.randomUUID(),
    link_return,
    unsent: takeUnsentForm(cookies, locals.claims?.sub, url.pathname),
  };
};

export const actions: Actions = {
  request: async ({ locals, request, url }) => {
    await requireRole(locals, url, 'player');
    const form = parseRequestForm(await request.formData());
    if (!form.ok) return refuseForm('request', form.refusal, form.fields);
    const outcome = await requestCredits(locals.supabase, { ...form.value, source: 'web' });
    if (!outcome.ok) return refuseForm('request', outcome.refusal, form.fields);
    return { about: 'request' as const, message: describeSentRequest(outcome.value) };
  },
  cancel: async ({ locals, request, url }) => {
    await requireRole(locals, url, 'player');
    const form = parseCancelForm(await request.formData());
    if (!form.ok) return refuseForm('requests', form.refusal);
    const outcome = await cancelCreditRequest(locals.supabase, { ...form.value, source: 'web' });
    if (!outcome.ok) return refuseForm('requests', outcome.refusal);
    return { about: 'requests' as const, message: 'The request is cancelled.' };
  },
  settings: async ({ locals, request, url }) => {
    await requireRole(locals, url, 'player');
    const form = parseSettingsForm(await request.formData());
    if (!form.ok) return refuseForm('settings', form.refusal);
    const outcome = await updateOwnProfile(locals.supabase, { ...form.value, source: 'web' });
    if (!outcome.ok) return refuseForm('settings', outcome.refusal);
    return { about: 'settings' as const, message: 'Saved. The boards follow within 30 seconds.' };
  },
  link: async ({ locals, url, cookies }) => {
    const { player_id } = await requireRole(locals, url, 'player');
    if (!(await isWithinLimit('discord_link', player_id))) return refuseTooMany('discord');
    setLinkMark(cookies);
    return startDiscordSignIn(locals.supabase, 'link', '/profile');
  },
  unlink: async ({ locals, url }) => {
    await requireRole(locals, url, 'player');
    const outcome = await unlinkDiscord(locals.supabase, { source: 'web' });
    if (!outcome.ok) return refuseForm('discord', outcome.refusal);
    return { about: 'discord' as const, message: describeUnlinked(outcome.value) };
  },
};
