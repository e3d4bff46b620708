import type { PageLoad } from './$types.js';

/** Loads the parts that few board views need; other views do not pay for their scripts. */
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
