import type { LayoutServerLoad } from './$types.js';

/**
 * The server's time zones, because the server also validates the choice: a browser that knows others would
 * render a different list during hydration. Read once, not on every update of the page.
 */
export const load: LayoutServerLoad = () => ({
  time_zones: [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])],
});
