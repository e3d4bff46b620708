import { includesRole } from '#domain/identity/includes-role.ts';
import type { PlayerRole } from '#domain/identity/vocabulary.ts';

/** A page of the admin app, as the navigation and the command palette list it. */
export interface AdminPage {
  href: string;
  label: string;
  /** The lowest role that may open it. The page itself checks it again. */
  role: PlayerRole;
  /** Other words that people search for. */
  keywords: readonly string[];
}

/** Every page that works, in the order of the navigation. */
export const adminPages: readonly AdminPage[] = [
  {
    href: '/admin/requests',
    label: 'Requests',
    role: 'manager',
    keywords: ['approvals', 'approve', 'reject', 'credit requests', 'waiting'],
  },
  {
    href: '/admin/players',
    label: 'Players',
    role: 'manager',
    keywords: ['people', 'users', 'members', 'role', 'staff', 'link', 'unlink', 'void'],
  },
  {
    href: '/admin/credits',
    label: 'Credits',
    role: 'manager',
    keywords: ['ledger', 'transfers', 'balance', 'books', 'accounts', 'expiring', 'reverse'],
  },
  {
    href: '/admin/credits/grants',
    label: 'Grants',
    role: 'manager',
    keywords: ['grant', 'list', 'CSV', 'upload', 'schedule', 'bonus'],
  },
  {
    href: '/admin/credits/rewards',
    label: 'Rewards',
    role: 'manager',
    keywords: ['prizes', 'winners', 'places', 'tiers', 'payouts'],
  },
  {
    href: '/admin/credits/policies',
    label: 'Policies',
    role: 'manager',
    keywords: ['credit policies', 'limits', 'budget', 'approver', 'delegate', 'escalation', 'groups'],
  },
  {
    href: '/admin/boards',
    label: 'Boards',
    role: 'manager',
    keywords: ['leaderboard', 'periods', 'seasons', 'freeze', 'archive', 'titles', 'tiers', 'late events'],
  },
  {
    href: '/admin/boards/rules',
    label: 'Score rules',
    role: 'manager',
    keywords: ['points', 'metrics', 'simulator', 'simulate', 'cap'],
  },
  {
    href: '/admin/workflows',
    label: 'Workflows',
    role: 'manager',
    keywords: ['runs', 'durable functions', 'inngest', 'steps', 'retries', 'failures', 'jobs', 'cron'],
  },
];

/** The pages that a role may open. */
export function listAdminPages(role: PlayerRole): readonly AdminPage[] {
  return adminPages.filter((page) => includesRole(role, page.role));
}

/** The page that a path belongs to: itself, or the nearest one above it. */
export function findAdminPage(pathname: string): AdminPage | undefined {
  const above = adminPages.filter(({ href }) => pathname === href || pathname.startsWith(`${href}/`));
  return above.sort((one, other) => other.href.length - one.href.length)[0];
}

/** The page that another one is a part of. */
export function findParentPage({ href }: AdminPage): AdminPage | undefined {
  return findAdminPage(href.slice(0, href.lastIndexOf('/')));
}
