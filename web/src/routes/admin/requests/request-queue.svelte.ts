import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import type { FormAnswer } from '#lib/forms/form-answer.ts';
import { LiveQuery, type LiveState } from '#lib/live/live-query.svelte.ts';
import { mergeRequests } from './merge-requests.ts';
import { parseRequest } from './parse-request.ts';

/** Which requests a list shows. */
export type RequestFilter = CreditRequest['state'] | 'all';

/** What a queue needs from its page. Read on every use, because props may change. */
interface QueueSource {
  /** The viewer: messages for approvers are sent to a topic of each person. */
  approver: string;
  requests: CreditRequest[];
  filter: RequestFilter;
  /** The request of a decision whose answer came with the page. */
  decided: CreditRequest | null;
}

/**
 * The approvers' list of requests: starts with the server's data, is kept up to date by messages, and has one
 * row selected for the keyboard. A decision shows as pending until the database has answered; then its
 * answer, or that of a faster approver, is shown. Decided rows stay visible, with the approver, even after a
 * reread.
 */
export class RequestQueue {
  #source: () => QueueSource;
  #approver = $derived.by(() => this.#source().approver);
  #live: LiveQuery;
  /** Updates from messages and answers since the filter was chosen. */
  #told = $state.raw<{ filter: RequestFilter; requests: ReadonlyMap<string, CreditRequest> } | null>(null);
  #requests = $derived.by(() => {
    const { requests, decided } = this.#source();
    const told = this.#toldOfFilter();
    return mergeRequests(
      requests,
      decided && !told.has(decided.id) ? new Map(told).set(decided.id, decided) : told,
    );
  });
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
   * The row that keys act on: the first until one is selected. None if the selected row is gone, because a
   * key must not decide the row that takes its place.
   */
  get chosen(): CreditRequest | undefined {
    const chosen = this.#chosen;
    if (chosen?.filter !== this.#source().filter) return this.#requests[0];
    return this.#requests.find((request) => request.id === chosen.id);
  }

  choose(id: string): void {
    this.#chosen = { filter: this.#source().filter, id };
  }

  /** Moves the selection down by this many rows (up if negative). */
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

  /** Marks a decision as pending. */
  begin(id: string, decision: Decision): void {
    this.#deciding = new Map(this.#deciding).set(id, decision);
    this.#answers = without(this.#answers, id);
    const request = this.#requests.find((known) => known.id === id);
    if (request) this.#note(request);
  }

  /** Handles the answer to a decision: the current request and, if the decision did not count, the reason. */
  settle(id: string, answer: FormAnswer): void {
    this.end(id);
    const request = parseRequest(answer.result);
    if (request) this.#note(request);
    if (answer.problem || answer.errors) this.#answers = new Map(this.#answers).set(id, answer);
  }

  /** A decision is no longer pending, whatever its outcome. */
  end(id: string): void {
    this.#deciding = without(this.#deciding, id);
  }

  /** Handles one message from the approvers' channel. */
  receive(payload: unknown): void {
    const request = parseRequest(payload);
    if (!request) return;
    const { filter } = this.#source();
    const isShown = this.#requests.some((known) => known.id === request.id);
    if (isShown || filter === 'all' || filter === request.state) this.#note(request);
  }

  /**
   * Follows the approvers' channel until the returned function is called. Earlier requests come from the
   * read.
   */
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

  /** Requests that messages reported as open but the read does not contain were closed without a message. */
  async #catchUp(read: () => Promise<void>): Promise<void> {
    this.#keepChosen();
    const before = this.#toldOfFilter();
    await read();
    const kept = [...this.#toldOfFilter()].filter(
      ([id, request]) => request.closed_at !== null || this.#deciding.has(id) || before.get(id) !== request,
    );
    this.#told = { filter: this.#source().filter, requests: new Map(kept) };
  }

  /** Keys keep acting on the selected row even if another one is added above it. */
  #keepChosen(): void {
    if (this.chosen) this.choose(this.chosen.id);
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
