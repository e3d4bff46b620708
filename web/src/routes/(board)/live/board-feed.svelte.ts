import { untrack } from 'svelte';
import { isOwnStanding } from '#domain/leaderboard/is-own-standing.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { afterPaint } from '#lib/live/after-paint.ts';
import { LiveQuery, type LiveState } from '#lib/live/live-query.svelte.ts';
import type { PageView } from './apply-board-refresh.ts';
import type { BoardRefresh } from './board-refresh.ts';
import { isBehind } from './is-behind.ts';

/**
 * Movement counts back from the moment a page was read, and no message reports that a move has become too
 * old, or that the board was renamed.
 */
const readAgainMs = 5 * 60_000;

/** What a page needs only once it is followed live. Loading it earlier would delay hydration. */
async function loadFollowing() {
  await afterPaint();
  return import('./follow-board.ts');
}

type Following = Awaited<ReturnType<typeof loadFollowing>>;

/** What the feed needs from its page. Read on every use, because props may change. */
export interface BoardFeedSource extends PageView {
  page: BoardPage;
  own: Standing | null;
  /** True if the page follows the viewer's own standing wherever it goes. */
  isAroundOwn: boolean;
}

/**
 * A board page that keeps itself up to date: it starts with the server's data, is patched by the board's
 * messages, and is reread if a message was missed or cannot be applied.
 */
export class BoardFeed {
  #source: () => BoardFeedSource;
  #live: LiveQuery;
  /** The newest version of each period in any message since the page was last found to be stale. */
  readonly #heard = new Map<number, number>();
  // Deriveds are writable: a patch lasts until the server sends the next page.
  #page = $derived.by(() => this.#source().page);
  #own = $derived.by(() => this.#source().own);

  constructor(source: () => BoardFeedSource, read: () => Promise<void>) {
    this.#source = source;
    this.#live = new LiveQuery(read);
  }

  get page(): BoardPage {
    return this.#page;
  }

  /** Whether messages have changed the page since it was read. */
  get isPatched(): boolean {
    return this.#page !== this.#source().page;
  }

  /** The signed-in player's standing, wherever it is on the board. */
  get own(): Standing | null {
    return this.#own;
  }

  isOwn(row: Standing): boolean {
    return isOwnStanding(row, this.#own);
  }

  get state(): LiveState {
    return this.#live.state;
  }

  /** Follows the board until the returned function is called. */
  subscribe(slug: string): () => void {
    this.#heard.clear();
    $effect(() => {
      this.#source();
      untrack(() => this.#compareWithHeard());
    });
    const listener = loadFollowing().then((following) => ({
      receive: (payload: unknown) => this.#receive(payload, following),
      onJoin: () => void this.#catchUp(slug, following),
    }));
    return this.#live.follow('board', slug, listener, readAgainMs);
  }

  /** Handles one message from the board's channel. */
  #receive(payload: unknown, following: Following): void {
    const refresh = following.parseBoardRefresh(payload);
    if (refresh) this.#hear(refresh);
    const result = refresh && following.applyBoardRefresh(this.#page, refresh, this.#source());
    if (result?.kind === 'patched') {
      const before = this.#own;
      this.#page = result.page;
      if (!this.#keepOwn(refresh, before, following)) this.#live.reread();
    } else if (result?.kind !== 'ignored') this.#live.reread();
  }

  #hear({ period_id, version }: BoardRefresh): void {
    this.#heard.set(period_id, Math.max(version, this.#heard.get(period_id) ?? 0));
  }

  /** A page preloaded on hover may predate a message that its predecessor received. */
  #compareWithHeard(): void {
    const { periods } = this.#source();
    const { board } = this.#page;
    const heard = Array.from(this.#heard, ([period_id, version]) => ({ period_id, version }));
    if (!heard.some((published) => isBehind(board, published, periods))) return;
    this.#heard.clear();
    this.#live.reread();
  }

  /** Versions published between reading the page and joining its channel came without a message. */
  async #catchUp(slug: string, { readPublishedVersion }: Following): Promise<void> {
    const { periods, page } = this.#source();
    const published = await readPublishedVersion(
      slug,
      periods === null ? (page.board.period_id ?? undefined) : undefined,
    );
    // A read in progress may have started before that version was published.
    this.#live.afterwards(() => {
      if (published && isBehind(this.#page.board, published, periods)) this.#live.reread();
    });
  }

  /** Updates the viewer's own standing, which may be elsewhere on the board; false if it must be reread. */
  #keepOwn(refresh: BoardRefresh | null, before: Standing | null, { renewStanding }: Following): boolean {
    if (!before) return true;
    const { movement, isAroundOwn } = this.#source();
    const row = refresh?.changes.find(({ player_id }) => player_id === before.player_id);
    const renewed = row ? renewStanding(row, before, movement) : null;
    if (renewed) this.#own = renewed;
    if (isAroundOwn && this.#own?.position !== before.position) return false;
    return renewed !== null || (!before.is_anonymous && this.#page.standings.some((row) => this.isOwn(row)));
  }
}
