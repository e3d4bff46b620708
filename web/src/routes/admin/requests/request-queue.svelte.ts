import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import type { FormAnswer } from '#lib/forms/form-answer.ts';
import { LiveQuery, type LiveState } from '#lib/live/live-query.svelte.ts';
import { mergeRequests } from './merge-requests.ts';
import { parseRequest } from './parse-request.ts';

/** Which requests a list shows. */
export type RequestFilter = CreditRequest['state'] | 'all';

/** What a queue needs from the page that shows it. Read on every use, because props may change. */
interface QueueSource {
  /** Who looks at the queue: what approvers are told, each is told over a topic of their own. */
  approver: string;
  requests: CreditRequest[];
  filter: RequestFilter;
}

/**
 * The approvers' list of requests: as the server sent it, kept up to date by messages, with one row chosen for
 * the keyboard. A decision shows as being made until the database has answered; what the answer says, or who
 * was faster, is then what stands. Decided rows stay in sight, with who decided, also when the list is read again.
 */
export class RequestQueue {
  #source: () => QueueSource;
  #approver = $derived.by(() => this.#source().approver);
  #live: LiveQuery;
  /** What messages and answers told since the filter was chosen. */
  #told = $state.raw<{ filter: RequestFilter; requests: ReadonlyMap<string, CreditRequest> } | null>(null);
  #requests = $derived.by(() => mergeRequests(this.#source().requests, this.#toldOfFilter()));
  #chosen = $state.raw<{ filter: RequestFilter; id: string } | null>(null);
  #deciding = $state.raw<ReadonlyMap<string, Decision>>(new Map());
  #answers = $state.raw<ReadonlyMap<string, FormAnswer>>(new Map());

  constructor(source: () => QueueSource, read: () => Promise<void>) {
    this.#source = source;
    this.#live = new LiveQuery(() => this.#catchUp(read));
  }

  get requests(): readonly CreditRequest[] {
    return this.#requests;
  }

  get state(): LiveState {
    return this.#live.state;
  }

  /**
   * The row that keys act on: the first until one is chosen. None when the chosen one is gone: a key must not decide
   * what has slipped into its place.
   */
  get chosen(): CreditRequest | undefined {
    const chosen = this.#chosen;
    if (chosen?.filter !== this.#source().filter) return this.#requests[0];
    return this.#requests.find((request) => request.id === chosen.id);
  }

  choose(id: string): void {
    this.#chosen = { filter: this.#source().filter, id };
  }

  /** Chooses the row so many places further down (or up, when negative). */
  step(places: number): void {
    const index = this.#requests.findIndex((request) => request.id === this.chosen?.id);
    const last = this.#requests.length - 1;
    const next = this.#requests[Math.min(Math.max(index + places, 0), last)];
    if (next) this.choose(next.id);
  }

  decisionInProgress(id: string): Decision | undefined {
    return this.#deciding.get(id);
  }

  /** What the last decision on a request came back with, if it did not count. */
  answerTo(id: string): FormAnswer | null {
    return this.#answers.get(id) ?? null;
  }

  /** Marks a decision as being made. */
  begin(id: string, decision: Decision): void {
    this.#deciding = new Map(this.#deciding).set(id, decision);
    this.#answers = without(this.#answers, id);
    const request = this.#requests.find((known) => known.id === id);
    if (request) this.#note(request);
  }

  /** Takes the answer to a decision: the request as it is now, and why the decision did not count, if so. */
  settle(id: string, answer: FormAnswer): void {
    this.end(id);
    const request = parseRequest(answer.result);
    if (request) this.#note(request);
    if (answer.problem || answer.errors) this.#answers = new Map(this.#answers).set(id, answer);
  }

  /** A decision is no longer being made, whatever became of it. */
  end(id: string): void {
    this.#deciding = without(this.#deciding, id);
  }

  /** Takes one message from the approvers' channel. */
  receive(payload: unknown): void {
    const request = parseRequest(payload);
    if (!request) return;
    const { filter } = this.#source();
    const isShown = this.#requests.some((known) => known.id === request.id);
    if (isShown || filter === 'all' || filter === request.state) this.#note(request);
  }

  /** Follows the approvers' channel until the returned function is called. What came before it was joined is read. */
  subscribe(): () => void {
    return this.#live.follow('requests', this.#approver, { receive: (payload) => this.receive(payload) });
  }

  #toldOfFilter(): ReadonlyMap<string, CreditRequest> {
    return this.#told?.filter === this.#source().filter ? this.#told.requests : new Map();
  }

  #note(request: CreditRequest): void {
    this.#keepChosen();
    const requests = new Map(this.#toldOfFilter()).set(request.id, request);
    this.#told = { filter: this.#source().filter, requests };
  }

  /** What was told to be open before the reading, and is not in it, was closed while nobody told. */
  async #catchUp(read: () => Promise<void>): Promise<void> {
    this.#keepChosen();
    const before = this.#toldOfFilter();
    await read();
    const kept = [...this.#toldOfFilter()].filter(
      ([id, request]) => request.closed_at !== null || this.#deciding.has(id) || before.get(id) !== request,
    );
    this.#told = { filter: this.#source().filter, requests: new Map(kept) };
  }

  /** The first row is what keys act on also after another has come on top of it. */
  #keepChosen(): void {
    if (this.chosen) this.choose(this.chosen.id);
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
