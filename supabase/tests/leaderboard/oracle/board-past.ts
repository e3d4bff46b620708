import type { MovementWindow, Tier } from '#domain/leaderboard/vocabulary.ts';
import type { ExpectedBoard } from './oracle.ts';

export interface PublishedBoard extends ExpectedBoard {
  version: number;
  /** Microseconds. */
  asOf: number;
  positions: Map<string, number>;
  /** Who officially held which tier when it was published. */
  tiers: ReadonlyMap<string, Tier>;
  /** What the rendered page's movement was counted from at the last refresh: later that may be thinned out. */
  renderedFrom: ReadonlyMap<string, number> | undefined;
}

const hour = 3_600_000_000;
const lengths = { hour, day: 24 * hour, week: 7 * 24 * hour };

/** Every version of a period that was published and is still kept, as the oracle saw it then. */
export class BoardPast {
  #boards: PublishedBoard[] = [];
  /** Of the last refresh, whether it published anything or not. Microseconds. */
  #checkedAt = 0;

  add(board: ExpectedBoard, version: number, asOf: number, tiers: PublishedBoard['tiers']): void {
    const positions = new Map(board.standings.map(({ playerId, position }) => [playerId, position]));
    const published: PublishedBoard = { ...board, version, asOf, positions, tiers, renderedFrom: undefined };
    this.#boards.push(published);
    this.check(asOf);
  }

  /** A refresh found that what is published is right. */
  check(at: number): void {
    this.#checkedAt = at;
    if (this.latest) this.latest.renderedFrom = this.findBase('day')?.positions;
  }

  /** What was thinned out cannot be asked for any more. */
  keep(versions: Set<number>): void {
    this.#boards = this.#boards.filter(({ version }) => versions.has(version));
  }

  get boards(): readonly PublishedBoard[] {
    return this.#boards;
  }

  get latest(): PublishedBoard | undefined {
    return this.#boards.at(-1);
  }

  /** The board that movement is counted from: the last one so long ago, or the first one of a younger period. */
  findBase(window: MovementWindow): PublishedBoard | undefined {
    const { latest } = this;
    if (!latest) return undefined;
    if (window === 'refresh') return this.#boards.find(({ version }) => version === latest.version - 1);
    const since = this.#checkedAt - lengths[window];
    return this.#boards.findLast(({ asOf }) => asOf <= since) ?? this.#boards[0];
  }
}
