import type { Cookies } from '@sveltejs/kit';
import { PUBLIC_WEB_URL } from '$app/env/public';

const cookieName = 'compared';
const keptCount = 6;
const keptSeconds = 30 * 86_400;

/** The most recently compared usernames in this browser, latest first. */
export function readComparedPlayers(cookies: Cookies): string[] {
  const names = (cookies.get(cookieName) ?? '').split(',');
  return names.filter((name) => /^[a-z0-9._-]{1,32}$/.test(name)).slice(0, keptCount);
}

/** Remembers a comparison for the next visit; sent to the compare page only. */
export function keepComparedPlayers(cookies: Cookies, usernames: readonly string[]): void {
  const names = [...new Set([...usernames, ...readComparedPlayers(cookies)])].slice(0, keptCount);
  cookies.set(cookieName, names.join(','), {
    path: '/compare',
    httpOnly: true,
    sameSite: 'lax',
    secure: PUBLIC_WEB_URL.startsWith('https:'),
    maxAge: keptSeconds,
  });
}
