import { error } from '@sveltejs/kit';
import { z } from 'zod';
import { requireRole } from '#lib/server/session/require-role.ts';
import { getRequestHistory } from '#store/credits/queue/get-request-history.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  await requireRole(locals, url, 'manager');
  const id = z.uuid().safeParse(params.id);
  const history = id.success ? await getRequestHistory(locals.supabase, { request_id: id.data }) : null;
  if (!history) error(404, 'There is no such request.');
  return { ...history, now_ms: Date.now() };
};
