import { randomUUID } from 'node:crypto';
import type { Sandbox } from './sandbox.ts';

const hopCountMax = 12;

/** A newcomer with only a Discord account and a browser's cookies; each attempt is a new visit. */
export class Person {
  readonly username: string;
  readonly #webUrl: string;

  private constructor(username: string, webUrl: string) {
    this.username = username;
    this.#webUrl = webUrl;
  }

  /** Creates the Discord account. */
  static async create(sandbox: Sandbox, webUrl: string): Promise<Person> {
    const username = `new_${randomUUID().slice(0, 8)}`;
    await sandbox.createUser(username);
    return new Person(username, webUrl);
  }

  /**
   * Goes through the sign-in with Discord like a browser. Returns whether the profile page showed a greeting.
   * @param onConsent called at Discord's consent question, before it is answered
   */
  async signInWithDiscord(onConsent: () => void = () => {}): Promise<boolean> {
    const jar = new Map<string, string>();
    let step = await this.#send(jar, `${this.#webUrl}/sign-in?/discord`, { next: '/profile' });
    for (let hop = 0; hop < hopCountMax; hop += 1) {
      const location = step.response.headers.get('location');
      if (!location) break;
      const next = new URL(location, step.url).href;
      const isConsent = next.includes('/oauth2/authorize');
      if (isConsent) onConsent();
      step = isConsent
        ? await this.#send(jar, next, { username: this.username, decision: 'authorize' })
        : await this.#send(jar, next);
    }
    return step.response.status === 200 && new URL(step.url).pathname === '/profile';
  }

  async #send(jar: Map<string, string>, url: string, form?: Record<string, string>) {
    const { origin } = new URL(url);
    const cookies = [...jar]
      .filter(([key]) => key.startsWith(origin))
      .map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`);
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: cookies.join('; '), origin, accept: 'text/html' },
      body: form ? new URLSearchParams(form) : undefined,
      signal: AbortSignal.timeout(30_000),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const separator = pair.indexOf('=');
      jar.set(`${origin} ${pair.slice(0, separator)}`, pair.slice(separator + 1));
    }
    await response.arrayBuffer();
    return { response, url };
  }
}
