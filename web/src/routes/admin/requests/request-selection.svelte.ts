/** The requests that are selected for a bulk decision. */
export class RequestSelection {
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range begins. */
  #anchor: string | null = null;

  get size(): number {
    return this.#ids.size;
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  toggle(id: string): void {
    this.#anchor = id;
    if (this.#ids.has(id)) this.remove(id);
    else this.#ids = new Set([...this.#ids, id]);
  }

  /** Selects everything between the last selected row and this one. */
  extendTo(id: string, rows: readonly string[]): void {
    const from = this.#anchor === null ? -1 : rows.indexOf(this.#anchor);
    const to = rows.indexOf(id);
    if (from === -1 || to === -1) this.toggle(id);
    else this.#ids = new Set([...this.#ids, ...rows.slice(Math.min(from, to), Math.max(from, to) + 1)]);
  }

  set(ids: readonly string[]): void {
    this.#ids = new Set(ids);
    this.#anchor = null;
  }

  remove(id: string): void {
    if (!this.#ids.has(id)) return;
    const ids = new Set(this.#ids);
    ids.delete(id);
    this.#ids = ids;
  }
}
