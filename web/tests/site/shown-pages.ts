import { globSync } from 'node:fs';
import path from 'node:path';
import type { SessionOptions } from '../support/browser-session.ts';
import { shownRunId } from '../support/record-shown-run.ts';

/** A page as one kind of visitor sees it. */
export interface ShownPage {
  /** The route, named after its folder. */
  route: string;
  path: string;
  as?: SessionOptions['as'];
  /** Where the page is only known by its first link on that path: a selector of the link. */
  link?: string;
}

/** Every page of the site in each visibly different state. A missing route fails a test. */
export const shownPages: readonly ShownPage[] = [
  { route: '/', path: '/' },
  { route: '/', path: '/?board=weekly&from=12', as: 'pia' },
  { route: '/', path: '/?around=me', as: 'quinn' },
  { route: '/', path: '/?q=pia' },
  { route: '/periods', path: '/periods?board=daily' },
  { route: '/players/[username]', path: '/players/pia' },
  { route: '/players/[username]', path: '/players/quinn?board=weekly', as: 'quinn' },
  { route: '/compare', path: '/compare' },
  { route: '/compare', path: '/compare', as: 'quinn' },
  { route: '/compare', path: '/compare?a=pia&b=quinn' },
  { route: '/compare', path: '/compare?a=pia&b=nobody-here' },
  { route: '/sign-in', path: '/sign-in' },
  { route: '/profile', path: '/profile', as: 'pia' },
  { route: '/admin/requests', path: '/admin/requests', as: 'ada' },
  {
    route: '/admin/requests/[id]',
    path: '/admin/requests?state=approved',
    link: 'article a[href^="/admin/requests/"]',
    as: 'max',
  },
  { route: '/admin/players', path: '/admin/players', as: 'max' },
  { route: '/admin/players', path: '/admin/players?q=nobody-here&role=manager', as: 'ada' },
  { route: '/admin/players/[username]', path: '/admin/players/pia', as: 'ada' },
  { route: '/admin/workflows', path: '/admin/workflows', as: 'max' },
  { route: '/admin/workflows/[run]', path: `/admin/workflows/${shownRunId}`, as: 'ada' },
  { route: '/admin/boards', path: '/admin/boards', as: 'max' },
  { route: '/admin/boards/[board]', path: '/admin/boards/all-time', as: 'ada' },
  { route: '/admin/boards/rules', path: '/admin/boards/rules', as: 'ada' },
  { route: '/admin/credits', path: '/admin/credits', as: 'max' },
  { route: '/admin/credits/grants', path: '/admin/credits/grants', as: 'ada' },
  { route: '/admin/credits/policies', path: '/admin/credits/policies', as: 'ada' },
  { route: '/admin/credits/rewards', path: '/admin/credits/rewards', as: 'ada' },
  {
    route: '/admin/credits/transfers/[id]',
    path: '/admin/credits',
    link: 'a[href^="/admin/credits/transfers/"]',
    as: 'ada',
  },
  { route: 'error', path: '/nothing-here' },
];

/** The routes that have a page, as SvelteKit names them: a folder in parentheses groups files and adds nothing. */
export function listRoutes(): string[] {
  const routes = path.join(import.meta.dirname, '../../src/routes');
  return globSync('**/+page.svelte', { cwd: routes }).map(
    (file) => `/${path.dirname(file)}`.replaceAll(/\/(\.$|\([^)]+\))/g, '') || '/',
  );
}
