import { error, redirect } from '@sveltejs/kit';
import { includesRole } from '#domain/identity/includes-role.ts';
import type { PlayerRole } from '#domain/identity/vocabulary.ts';
import type { Viewer } from '#lib/identity/viewer.ts';
import { readViewer } from './read-viewer.ts';

/**
 * The signed-in player, read from the database once per request, so a revoked role counts at once. Redirects
 * visitors to sign in and answers 403 if the role is too low.
 */
export async function requireRole(locals: App.Locals, url: URL, least: PlayerRole): Promise<Viewer> {
  if (!locals.claims) redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
  const viewer = await readViewer(locals);
  if (!viewer) {
    error(
      403,
      'Your account has no player yet. Sign in with the account that DealScale knows, or ask an admin.',
    );
  }
  if (!includesRole(viewer.role, least)) {
    error(403, `Only ${least === 'admin' ? 'admins' : 'managers'} can open this page.`);
  }
  return viewer;
}
