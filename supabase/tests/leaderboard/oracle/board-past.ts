import type { MovementWindow, Tier } from '#domain/leaderboard/vocabulary.ts';
import type { ExpectedBoard } from './oracle.ts';

export interface PublishedBoard extends ExpectedBoard {
  version: number;
  /** Microseconds. */
  asOf: number;
  positions: Map<string, number>;
  /** The official tier holders at the time of publication. */
  tiers: ReadonlyMap<string, Tier>;
  /** The base of the rendered page's movement at the last refresh; it may be thinned out later. */
  renderedFrom: ReadonlyMap<string, number> | undefined;
}

const hour = 3_600_000_000;
const lengths = { hour, day: 24 * hour, week: 7 * 24 * hour };

/** Every published version of a period that is still kept, as the oracle saw it then. */
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

  /** A refresh verified the published version. */
  check(at: number): void {
    this.#checkedAt = at;
    if (this.latest) this.latest.renderedFrom = this.findBase('day')?.positions;
  }

  /** Thinned versions cannot be queried any more. */
  keep(versions: Set<number>): void {
    this.#boards = this.#boards.filter(({ version }) => versions.has(version));
  }

  get boards(): readonly PublishedBoard[] {
    return this.#boards;
  }

  get latest(): PublishedBoard | undefined {
    return this.#boards.at(-1);
  }

  /**
   * The board from which movement counts: the last one that long ago, or the first one of a younger period.
   */
  findBase(window: MovementWindow): PublishedBoard | undefined {
    const { latest } = this;
    if (!latest) return undefined;
    if (window === 'refresh') return this.#boards.find(({ version }) => version === latest.version - 1);
    const since = this.#checkedAt - lengths[window];
    return this.#boards.findLast(({ asOf }) => asOf <= since) ?? this.#boards[0];
  }
}
