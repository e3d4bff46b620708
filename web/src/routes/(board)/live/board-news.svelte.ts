import type { BoardPage } from '#domain/leaderboard/standing.ts';
import { type BoardChange, describeChange } from './describe-change.ts';

/** What has changed is marked for so long. */
const shownMs = 6_000;

/** What the last refresh changed on the page, for as long as it is news. */
export class BoardNews {
  #change = $state.raw<BoardChange | null>(null);
  #before: BoardPage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get change(): BoardChange | null {
    return this.#change;
  }

  /** Takes the page as it is now. */
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
