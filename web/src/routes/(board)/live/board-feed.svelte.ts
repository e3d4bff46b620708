import { untrack } from 'svelte';
import { isOwnStanding } from '#domain/leaderboard/is-own-standing.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { afterPaint } from '#lib/live/after-paint.ts';
import { LiveQuery, type LiveState } from '#lib/live/live-query.svelte.ts';
import type { PageView } from './apply-board-refresh.ts';
import type { BoardRefresh } from './board-refresh.ts';
import { isBehind } from './is-behind.ts';

/**
 * Movement is counted back from when a page was read, and no message tells that a move of a row that stays has become
 * too old to count. Nor does one tell that the board has another name.
 */
const readAgainMs = 5 * 60_000;

/** What a page needs only once it is followed live. Loading it earlier would delay hydration. */
async function loadFollowing() {
  await afterPaint();
  return import('./follow-board.ts');
}

type Following = Awaited<ReturnType<typeof loadFollowing>>;

/** What the feed needs from the page that shows it. Read on every use, because props may change. */
export interface BoardFeedSource extends PageView {
  page: BoardPage;
  own: Standing | null;
  /** True when the page is to follow the own standing wherever it goes. */
  isAroundOwn: boolean;
}

/**
 * A page of a board that keeps itself up to date: it starts as the server sent it, is patched by the board's
 * messages, and asks for a new read when a message was missed or cannot be applied.
 */
export class BoardFeed {
  #source: () => BoardFeedSource;
  #live: LiveQuery;
  /** The newest version of each period that a message told of since a page was last found to be behind. */
  readonly #heard = new Map<number, number>();
  // Deriveds may be written: a patch holds until the server sends the next page.
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

  /** Takes one message from the board's channel. */
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

  /** Another page may have been read, when a link was pointed at, before a message that its predecessor was given. */
  #compareWithHeard(): void {
    const { periods } = this.#source();
    const { board } = this.#page;
    const heard = Array.from(this.#heard, ([period_id, version]) => ({ period_id, version }));
    if (!heard.some((published) => isBehind(board, published, periods))) return;
    this.#heard.clear();
    this.#live.reread();
  }

  /** What was published between the page's read and the joining of its channel came with no message. */
  async #catchUp(slug: string, { readPublishedVersion }: Following): Promise<void> {
    const { periods, page } = this.#source();
    const published = await readPublishedVersion(
      slug,
      periods === null ? (page.board.period_id ?? undefined) : undefined,
    );
    // A read that is under way may have begun before that was published.
    this.#live.afterwards(() => {
      if (published && isBehind(this.#page.board, published, periods)) this.#live.reread();
    });
  }

  /** Keeps the own standing up to date, which may be somewhere else on the board; false when it has to be read. */
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
