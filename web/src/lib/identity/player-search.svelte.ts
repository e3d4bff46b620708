import type { FoundPlayer } from './parse-found-players.ts';
import type { SearchState } from './search-state.ts';

/** Debounce delay of the search. */
const pauseMs = 160;

/**
 * Finds players while a name is typed, and tracks the option that the arrow keys selected. Only the answer to
 * the latest text counts.
 */
export class PlayerSearch {
  #board: () => string;
  #activeIndex = $state(-1);
  #isOpen = $state(false);
  #found = $state.raw<FoundPlayer[]>([]);
  #state = $state<SearchState>('idle');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  constructor(board: () => string) {
    this.#board = board;
  }

  get found(): readonly FoundPlayer[] {
    return this.#found;
  }

  get state(): SearchState {
    return this.#state;
  }

  /** Whether the list is open. */
  get isOpen(): boolean {
    return this.#isOpen && this.#state !== 'idle';
  }

  /** The player that Enter would choose. */
  get active(): FoundPlayer | undefined {
    return this.#found[this.#activeIndex];
  }

  close(): void {
    this.#isOpen = false;
    this.#activeIndex = -1;
  }

  /** Moves the selection by this many options and wraps around. */
  step(places: number): void {
    this.#isOpen = true;
    const count = this.#found.length;
    const from = this.#activeIndex < 0 && places < 0 ? 0 : this.#activeIndex;
    this.#activeIndex = count === 0 ? -1 : (from + places + count) % count;
  }

  /** Sets the current text; empty text clears the list. */
  type(text: string): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#isOpen = true;
    this.#activeIndex = -1;
    if (text.trim() === '') {
      this.#found = [];
      this.#state = 'idle';
      return;
    }
    this.#state = 'searching';
    this.#timer = setTimeout(() => void this.#search(text.trim()), pauseMs);
  }

  async #search(text: string): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      const query = new URLSearchParams({ q: text, board: this.#board() });
      const response = await fetch(`/search?${query}`, { signal: request.signal });
      if (!response.ok) throw new Error(`The search answered ${response.status}.`);
      const { parseFoundPlayers } = await import('./parse-found-players.ts');
      this.#found = parseFoundPlayers(await response.json());
      this.#state = 'done';
    } catch {
      // A newer text took over, or the network is down; the next keystroke tries again.
      if (!request.signal.aborted) this.#state = 'failed';
    }
  }
}
