import { error } from '@sveltejs/kit';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { listLedgerEntries } from '#store/credits/books/list-ledger-entries.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import { endHoldManually } from '#store/credits/movements/end-hold-manually.ts';
import { listOpenHolds } from '#store/credits/movements/list-open-holds.ts';
import { changePlayer } from '#store/identity/change-player.ts';
import { getPlayerRecord } from '#store/identity/get-player-record.ts';
import { listPlayerAudit } from '#store/identity/list-player-audit.ts';
import { manageDiscordLink } from '#store/identity/manage-discord-link.ts';
import { listScoreEvents } from '#store/leaderboard/intake/list-score-events.ts';
import { voidScoreEvent } from '#store/leaderboard/intake/void-score-event.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { moveCredits } from './move-credits.server.ts';
import { accountForm, endHoldForm, linkForm, moveForm, voidForm } from './player-forms.server.ts';

export const load: PageServerLoad = async ({ locals, url, params, depends }) => {
  depends('app:player');
  const viewer = await requireRole(locals, url, 'manager');
  const { supabase } = locals;
  const record = await getPlayerRecord(supabase, { username: params.username });
  if (!record) error(404, 'Nobody has this username. It may have changed: search for the name.');
  const player_id = record.player.id;
  const [requests, ledger, holds, events, audit] = await Promise.all([
    listCreditRequests(supabase, { player_id, max_rows: 8 }),
    listLedgerEntries(supabase, { player_id, max_rows: 10 }),
    listOpenHolds(supabase, { player_id }),
    listScoreEvents(supabase, { player_id, max_rows: 10 }),
    listPlayerAudit(supabase, { player_id, max_rows: 15 }),
  ]);
  return {
    record,
    is_admin: viewer.role === 'admin',
    requests: requests.requests,
    entries: ledger.entries,
    holds,
    events: events.rows,
    audit,
    // One key per filled-in form: sending it twice moves credits once.
    move_key: crypto.randomUUID(),
  };
};

export const actions = {
  account: action({
    about: 'account',
    role: 'admin',
    schema: accountForm,
    command: ({ locals }, { player_id, role, visibility, is_staff }) =>
      changePlayer(locals.supabase, {
        player_id,
        changes: { role, visibility, is_ranked: !is_staff },
        source: 'web',
      }),
    done: () => ({ message: 'Saved. The boards follow within 30 seconds.' }),
  }),
  link: action({
    about: 'link',
    role: 'admin',
    schema: linkForm,
    command: ({ locals }, form) => manageDiscordLink(locals.supabase, { ...form, source: 'web' }),
    done: ({ link }) => ({
      message: link
        ? 'Linked again. The role follows in a minute.'
        : 'Unlinked. The role is removed in a minute.',
    }),
  }),
  move: action({
    about: 'move',
    role: 'admin',
    schema: moveForm,
    command: ({ locals }, form) => moveCredits(locals.supabase, form),
    done: ({ transfer }) => ({
      message: transfer
        ? 'Done. The balance is up to date.'
        : 'Nobody grants so much alone: the grant waits for a second approver under Requests.',
    }),
  }),
  end_hold: action({
    about: 'end_hold',
    role: 'admin',
    schema: endHoldForm,
    command: ({ locals }, form) =>
      // A hold ends once, so its id makes a repeated end idempotent.
      endHoldManually(locals.supabase, { ...form, idempotency_key: `web-${form.hold_id}`, source: 'web' }),
    done: () => ({ message: 'The hold has ended.' }),
  }),
  void: action({
    about: 'void',
    role: 'admin',
    schema: voidForm,
    command: ({ locals }, form) => voidScoreEvent(locals.supabase, { ...form, source: 'web' }),
    done: ({ closed_boards }) => ({
      message: closed_boards
        ? `Voided. These closed periods keep the points: ${closed_boards.join(', ')}.`
        : 'Voided. The boards follow within 30 seconds.',
    }),
  }),
} satisfies Actions;
