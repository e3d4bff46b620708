import type { BoardPage, MovementWindow, Standing } from '#domain/ranking/standing.ts';
import { LiveChannel, type LiveState } from '#lib/realtime/live-channel.svelte.ts';
import { applyBoardRefresh } from './apply-board-refresh.ts';
import { type BoardRefresh, parseBoardRefresh } from './board-refresh.ts';

/** What the feed needs from the page that shows it. Read anew each time, so props may change. */
export interface BoardFeedSource {
  page: BoardPage;
  own: Standing | null;
  movement: MovementWindow;
}

/** Viewers that fell behind together read again at different moments within this span. */
const rereadSpreadMs = 1_500;

/**
 * A page of a board that keeps itself up to date: it starts as the server sent it, is patched by the board's
 * messages, and asks for a new read when a message was missed or cannot be applied.
 */
export class BoardFeed {
  #source: () => BoardFeedSource;
  #reread: () => void;
  #channel = new LiveChannel();
  #rereadTimer: ReturnType<typeof setTimeout> | undefined;
  // Deriveds may be written: a patch holds until the server sends the next page.
  #page = $derived.by(() => this.#source().page);
  #own = $derived.by(() => this.#source().own);

  constructor(source: () => BoardFeedSource, reread: () => void) {
    this.#source = source;
    this.#reread = reread;
  }

  get page(): BoardPage {
    return this.#page;
  }

  /** The signed-in player's standing, wherever it is on the board. */
  get own(): Standing | null {
    return this.#own;
  }

  get ownIsOnPage(): boolean {
    return this.#page.standings.some((row) => this.isOwn(row));
  }

  /** Whether a row is the signed-in player's. Who plays anonymously is known by place, not by id. */
  isOwn(row: Standing): boolean {
    const own = this.#own;
    if (!own) return false;
    return row.player_id === own.player_id || (own.is_anonymous && row.position === own.position);
  }

  get state(): LiveState {
    return this.#channel.state;
  }

  /** Follows the board until the returned function is called. */
  subscribe(slug: string): () => void {
    const close = this.#channel.subscribe(
      `board:${slug}`,
      { board_refreshed: (payload) => this.receive(payload) },
      () => this.#requestReread(),
    );
    return () => {
      clearTimeout(this.#rereadTimer);
      this.#rereadTimer = undefined;
      close();
    };
  }

  /** Takes one message from the board's channel. */
  receive(payload: unknown): void {
    const refresh = parseBoardRefresh(payload);
    const result = refresh && applyBoardRefresh(this.#page, refresh, this.#source().movement);
    if (result?.kind === 'patched') {
      this.#page = result.page;
      this.#follow(refresh);
    } else if (result?.kind !== 'ignored') this.#requestReread();
  }

  /** Keeps the own standing up to date, which may be somewhere else on the board. */
  #follow(refresh: BoardRefresh | null): void {
    const own = refresh?.changes.find((row) => row.player_id === this.#own?.player_id);
    if (own) this.#own = this.#page.standings.find((row) => this.isOwn(row)) ?? own;
    else if (this.#own && (this.#own.is_anonymous || !this.ownIsOnPage)) this.#requestReread();
  }

  #requestReread(): void {
    this.#rereadTimer ??= setTimeout(() => {
      this.#rereadTimer = undefined;
      this.#reread();
    }, Math.random() * rereadSpreadMs);
  }
}
