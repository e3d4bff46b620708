import type { Cookies } from '@sveltejs/kit';
import { PUBLIC_WEB_URL } from '$app/env/public';

const name = 'discord-link';
const path = '/auth/callback';
const lifetimeSeconds = 600;

/** Remembers in the browser that its owner asked to link Discord; a URL alone must not be enough. */
export function setLinkMark(cookies: Cookies): void {
  const secure = PUBLIC_WEB_URL.startsWith('https:');
  cookies.set(name, '1', { path, httpOnly: true, sameSite: 'lax', secure, maxAge: lifetimeSeconds });
}

/** Whether the mark was set; it is valid once. */
export function takeLinkMark(cookies: Cookies): boolean {
  const isThere = cookies.get(name) === '1';
  if (isThere) cookies.delete(name, { path });
  return isThere;
}
