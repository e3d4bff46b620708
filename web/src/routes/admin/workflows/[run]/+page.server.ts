import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { cancelWorkflowRun } from '#store/platform/cancel-workflow-run.ts';
import { getWorkflowRun } from '#store/platform/get-workflow-run.ts';
import { repeatWorkflowRun } from '#store/platform/repeat-workflow-run.ts';
import { storableText } from '#store/storable.ts';
import { INNGEST_DASHBOARD_URL } from '$app/env/private';
import type { Actions, PageServerLoad } from './$types.js';

const commandForm = z.object({
  run_id: storableText.min(1).max(64),
  idempotency_key: storableText.min(8).max(200),
});

export const load: PageServerLoad = async ({ locals, url, params, depends }) => {
  depends('app:workflow-run');
  const { role } = await requireRole(locals, url, 'manager');
  const run = await getWorkflowRun(locals.supabase, { run_id: toStorable(params.run) });
  if (!run) error(404, 'There is no such run. Runs are kept for 30 days.');
  return {
    run,
    canAct: role === 'admin',
    nowMs: Date.now(),
    engineUrl: INNGEST_DASHBOARD_URL ? new URL(`/runs/${run.run_id}`, INNGEST_DASHBOARD_URL).href : null,
    /** For the forms of this page: a form that is sent twice acts once. */
    keys: { cancel: crypto.randomUUID(), repeat: crypto.randomUUID() },
  };
};

export const actions = {
  cancel: action({
    about: 'cancel',
    role: 'admin',
    schema: commandForm,
    command: ({ locals }, form) => cancelWorkflowRun(locals.supabase, { ...form, source: 'web' }),
    done: () => ({ message: 'The engine was asked to cancel this run. A step under way still finishes.' }),
  }),
  repeat: action({
    about: 'repeat',
    role: 'admin',
    schema: commandForm,
    command: ({ locals }, form) => repeatWorkflowRun(locals.supabase, { ...form, source: 'web' }),
    done: () => ({ message: 'The event was sent again. The new run appears here within seconds.' }),
  }),
} satisfies Actions;
