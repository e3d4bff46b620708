import { readViewer } from '#lib/server/read-viewer.ts';
import type { LayoutServerLoad } from './$types.js';

export const load: LayoutServerLoad = async ({ locals, depends }) => {
  depends('app:viewer');
  return { viewer: await readViewer(locals), theme: locals.theme };
};
