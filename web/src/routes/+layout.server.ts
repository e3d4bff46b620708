import { logFailure } from '#domain/platform/log.ts';
import { readViewer } from '#lib/server/session/read-viewer.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = async ({ locals, depends }) => {
  depends('app:viewer');
  // Only the header needs this. If the database is down, the page reports it inside this layout.
  const viewer = await readViewer(locals).catch((error: unknown) => {
    logFailure('The signed-in player could not be read.', error, { request_id: locals.request_id });
    return null;
  });
  const session_id = viewer ? (locals.claims?.session_id ?? null) : null;
  return { viewer, session_id, theme: locals.theme };
};
