import type { LayoutServerLoad } from './$types.js';

/**
 * The time zones to choose from are the server's, which also judges the choice: a browser that knows others would build
 * another list over the one that somebody may have chosen from already. Read once, not with every change of the page.
 */
export const load: LayoutServerLoad = () => ({
  time_zones: [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])],
});
