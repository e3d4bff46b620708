import * as z from 'zod/mini';
import type { AdminPage } from '#lib/admin/admin-pages.ts';
import type { SearchState } from '#lib/identity/search-state.ts';

/** Debounce delay of the search. */
const pauseMs = 150;

const entry = z.object({ href: z.string(), label: z.string(), note: z.nullable(z.string()) });
const answer = z.object({ players: z.array(entry), requests: z.array(entry) });

/** Something to go to. */
export type PaletteEntry = z.infer<typeof entry>;

const nothing: z.infer<typeof answer> = { players: [], requests: [] };

/** What the command palette finds while text is typed. Only the answer to the latest text counts. */
export class PaletteSearch {
  #text = $state('');
  #found = $state.raw(nothing);
  #state = $state<SearchState>('idle');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  get found(): z.infer<typeof answer> {
    return this.#found;
  }

  get state(): SearchState {
    return this.#state;
  }

  /** The pages whose label or keywords contain every typed word; all of them before anything is typed. */
  matchPages(pages: readonly AdminPage[]): PaletteEntry[] {
    const words = this.#text.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = pages.filter(({ label, keywords }) => {
      const texts = [label.toLowerCase(), ...keywords];
      return words.every((word) => texts.some((text) => text.includes(word)));
    });
    return matches.map(({ href, label }) => ({ href, label, note: null }));
  }

  type(text: string): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#text = text.trim();
    if (this.#text === '') {
      this.#found = nothing;
      this.#state = 'idle';
      return;
    }
    this.#state = 'searching';
    this.#timer = setTimeout(() => void this.#search(this.#text), pauseMs);
  }

  async #search(text: string): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      const response = await fetch(`/admin/search?${new URLSearchParams({ q: text })}`, {
        signal: request.signal,
      });
      if (!response.ok) throw new Error(`The search answered ${response.status}.`);
      this.#found = answer.parse(await response.json());
      this.#state = 'done';
    } catch {
      // A newer text took over, or the network is down; the next keystroke tries again.
      if (!request.signal.aborted) this.#state = 'failed';
    }
  }
}
