import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { QueuedRequest } from '#domain/credits/request-queue.ts';
import type { Decision } from '#domain/credits/vocabulary.ts';
import type { FormAnswer } from '#lib/forms/form-answer.ts';
import { LiveQuery, type LiveState } from '#lib/live/live-query.svelte.ts';
import { HeldDecisions } from './held-decisions.svelte.ts';
import { mergeRequests, type ToldRequest } from './merge-requests.ts';
import { parseRequest } from './parse-request.ts';
import { RequestSelection } from './request-selection.svelte.ts';

/** Which requests a list shows. */
export type RequestTab = CreditRequest['state'] | 'all';

/** What a queue needs from its page. Read on every use, because props may change. */
interface QueueSource {
  /** The viewer: messages for approvers are sent to a topic of each person. */
  approver: string;
  requests: QueuedRequest[];
  tab: RequestTab;
  /** Identifies what is listed: the tab with its filters and page. */
  list: string;
  /** Whether requests that arrive belong at the end of what is shown. */
  takesNew: boolean;
  /** The request of a decision whose answer came with the page. */
  decided: CreditRequest | null;
}

/**
 * The approvers' list of requests: starts with the server's data, is kept up to date by messages, and has one
 * row selected for the keyboard. Nothing is ever added above a row that somebody is about to click: requests that
 * belong there are announced, and shown when asked for. A decision waits five seconds, then shows as pending until
 * the database has answered; then its answer, or that of a faster approver, is shown. Decided rows stay visible,
 * with the approver, even after a reread.
 */
export class RequestQueue {
  readonly held = new HeldDecisions();
  readonly selection = new RequestSelection();
  #source: () => QueueSource;
  #approver = $derived.by(() => this.#source().approver);
  #live: LiveQuery;
  /** Updates from messages and answers since the list was opened. */
  #told = $state.raw<{ list: string; requests: ReadonlyMap<string, ToldRequest> } | null>(null);
  /** Requests that arrived and are not shown. */
  #unseen = $state.raw<{ list: string; ids: ReadonlySet<string> } | null>(null);
  #requests = $derived.by(() => {
    const { requests, decided, tab } = this.#source();
    const told = this.#toldOfList();
    return mergeRequests(
      requests,
      decided && !told.has(decided.id) ? new Map(told).set(decided.id, decided) : told,
      tab === 'pending',
    );
  });
  #chosen = $state.raw<{ list: string; id: string } | null>(null);
  #deciding = $state.raw<ReadonlyMap<string, Decision>>(new Map());
  #answers = $state.raw<ReadonlyMap<string, FormAnswer>>(new Map());

  constructor(source: () => QueueSource, read: () => Promise<void>) {
    this.#source = source;
    this.#live = new LiveQuery(() => this.#catchUp(read));
  }

  get requests(): readonly QueuedRequest[] {
    return this.#requests;
  }

  get state(): LiveState {
    return this.#live.state;
  }

  /** How many requests arrived that the list does not show. */
  get unseenCount(): number {
    const { list, requests } = this.#source();
    if (this.#unseen?.list !== list) return 0;
    return [...this.#unseen.ids].filter((id) => !requests.some((request) => request.id === id)).length;
  }

  /**
   * The row that keys act on: the first until one is selected. None if the selected row is gone, because a
   * key must not decide the row that takes its place.
   */
  get chosen(): QueuedRequest | undefined {
    const chosen = this.#chosen;
    if (chosen?.list !== this.#source().list) return this.#requests[0];
    return this.#requests.find((request) => request.id === chosen.id);
  }

  choose(id: string): void {
    this.#chosen = { list: this.#source().list, id };
  }

  /** Moves the selection down by this many rows (up if negative). */
  step(places: number): void {
    const index = this.#requests.findIndex((request) => request.id === this.chosen?.id);
    const last = this.#requests.length - 1;
    const next = this.#requests[Math.min(Math.max(index + places, 0), last)];
    if (next) this.choose(next.id);
  }

  /** Chooses the next row that waits for a decision, if there is one. */
  stepToOpen(): void {
    const index = this.#requests.findIndex((request) => request.id === this.chosen?.id);
    const next = this.#requests
      .slice(index + 1)
      .find(({ id, state }) => state === 'pending' && !this.#deciding.has(id));
    if (next) this.choose(next.id);
  }

  /** Selects a row for a bulk decision, or all rows since the last one selected. */
  select(id: string, { isRange = false } = {}): void {
    const open = this.#requests.filter(({ state }) => state === 'pending').map((request) => request.id);
    if (isRange) this.selection.extendTo(id, open);
    else this.selection.toggle(id);
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
    if (!request) {
      // A bulk decision names many requests in one message.
      this.#live.reread();
      return;
    }
    const { tab, takesNew, list } = this.#source();
    const isShown = this.#requests.some((known) => known.id === request.id);
    if (isShown) {
      this.#note(request);
      // Somebody was faster. The answer to the own decision names them.
      if (request.state !== 'pending') this.held.carryOut(request.id);
    } else if (tab === request.state || tab === 'all') {
      if (takesNew) {
        this.#note(request);
        this.#live.reread();
      } else {
        const ids = this.#unseen?.list === list ? this.#unseen.ids : [];
        this.#unseen = { list, ids: new Set([...ids, request.id]) };
      }
    }
  }

  /** Rereads the list. */
  reread(): void {
    this.#live.reread(0);
  }

  /**
   * Follows the approvers' channel until the returned function is called. Earlier requests come from the
   * read.
   */
  subscribe(): () => void {
    return this.#live.follow('requests', this.#approver, { receive: (payload) => this.receive(payload) });
  }

  #toldOfList(): ReadonlyMap<string, ToldRequest> {
    return this.#told?.list === this.#source().list ? this.#told.requests : new Map();
  }

  #note(request: ToldRequest): void {
    this.#keepChosen();
    if (request.state !== 'pending') this.selection.remove(request.id);
    const requests = new Map(this.#toldOfList()).set(request.id, request);
    this.#told = { list: this.#source().list, requests };
  }

  /** Requests that messages reported as open but the read does not contain were closed without a message. */
  async #catchUp(read: () => Promise<void>): Promise<void> {
    this.#keepChosen();
    const before = this.#toldOfList();
    await read();
    const kept = [...this.#toldOfList()].filter(
      ([id, request]) => request.closed_at !== null || this.#deciding.has(id) || before.get(id) !== request,
    );
    this.#told = { list: this.#source().list, requests: new Map(kept) };
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
