import { z } from 'zod';
import { formatNumber } from '#domain/platform/text/format-number.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { cancelScheduledGrant } from '#store/credits/grants/cancel-scheduled-grant.ts';
import { grantCreditsToList } from '#store/credits/grants/grant-credits-to-list.ts';
import { listScheduledGrants } from '#store/credits/grants/list-scheduled-grants.ts';
import { scheduleGrant } from '#store/credits/grants/schedule-grant.ts';
import { listPlayers } from '#store/identity/list-players.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { listForm, scheduleForm } from './grant-forms.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = await requireRole(locals, url, 'manager');
  const after = storableText.max(200).safeParse(url.searchParams.get('after'));
  const scheduled = await listScheduledGrants(locals.supabase, {
    after: after.success ? after.data || undefined : undefined,
    max_rows: 50,
  });
  return {
    role: viewer.role,
    scheduled,
    scheduleKey: crypto.randomUUID(),
    listKey: crypto.randomUUID(),
  };
};

/** The player of a username. */
async function findPlayerId(supabase: App.Locals['supabase'], username: string): Promise<string | undefined> {
  const name = username.replace(/^@/, '').toLowerCase();
  const { rows } = await listPlayers(supabase, { query: name, max_rows: 20 });
  return rows.find((player) => player.username === name)?.player_id;
}

export const actions = {
  schedule: action({
    about: 'schedule',
    role: 'admin',
    schema: scheduleForm,
    command: async ({ locals }, { username, effective_on: effectiveOn, expires_on: expiresOn, ...grant }) => {
      const playerId = await findPlayerId(locals.supabase, username);
      if (!playerId) {
        const refusal = {
          code: 'player_not_found',
          message: 'There is no player with this username.',
          action: 'Check its spelling.',
          status: 404,
        };
        return { ok: false as const, refusal };
      }
      return scheduleGrant(locals.supabase, {
        ...grant,
        player_id: playerId,
        effective_at: `${effectiveOn}T00:00:00Z`,
        ...(expiresOn && { expires_at: `${expiresOn}T23:59:59Z` }),
      });
    },
    done: ({ display_name: name }) => ({ message: `The grant to ${name} is scheduled.` }),
  }),
  cancel: action({
    about: 'cancel',
    role: 'admin',
    schema: z.object({ grant_id: z.uuid() }),
    command: ({ locals }, grant) => cancelScheduledGrant(locals.supabase, grant),
    done: ({ display_name: name }) => ({ message: `The grant to ${name} is cancelled.` }),
  }),
  list: action({
    about: 'list',
    role: 'admin',
    schema: listForm,
    command: async ({ locals }, { act, list, lines, idempotency_key: key }) => {
      // A list that was changed after its preview is another list.
      const outcome = await grantCreditsToList(locals.supabase, {
        lines,
        is_preview: act === 'preview',
        idempotency_key: act === 'preview' ? crypto.randomUUID() : key,
      });
      return outcome.ok ? { ok: true as const, value: { ...outcome.value, list } } : outcome;
    },
    done: (granted) => ({
      result: granted,
      ...(granted.is_done && { message: `${formatNumber(granted.results.length)} lines are granted.` }),
    }),
  }),
} satisfies Actions;
