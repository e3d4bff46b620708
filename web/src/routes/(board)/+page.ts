import type { PageLoad } from './$types.js';

/** Adds the parts that few views of a board have: the scripts of all others come without them. */
export const load: PageLoad = async ({ data }) => {
  const [found, empty, downloads] = await Promise.all([
    data.found ? import('./FoundPlayers.svelte') : null,
    data.page.standings.length === 0 ? import('./EmptyBoard.svelte') : null,
    data.page.board.state === 'closed' ? import('./PeriodDownloads.svelte') : null,
  ]);
  return {
    ...data,
    FoundPlayers: found?.default ?? null,
    EmptyBoard: empty?.default ?? null,
    PeriodDownloads: downloads?.default ?? null,
  };
};
