import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { type BoardChange, describeChange } from './describe-change.ts';

/** How long changes stay highlighted. */
const shownMs = 6_000;

/** The changes of the last refresh on this page, while they are news. */
export class BoardNews {
  #change = $state.raw<BoardChange | null>(null);
  #before: BoardPage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get change(): BoardChange | null {
    return this.#change;
  }

  /** Takes the current page. */
  take(page: BoardPage): void {
    const change = this.#before && describeChange(this.#before, page);
    this.#before = page;
    if (!change) return;
    this.#change = change;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#change = null;
    }, shownMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
