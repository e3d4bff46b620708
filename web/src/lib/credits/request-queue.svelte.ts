import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { LiveChannel, type LiveState } from '#lib/realtime/live-channel.svelte.ts';
import { creditRequestSchema } from '#store/credits/credit-request-schema.ts';

export type Decision = 'approve' | 'reject';

/** Which requests a list shows. */
export type RequestFilter = CreditRequest['state'] | 'all';

const events = ['request_created', 'request_decided', 'request_cancelled', 'request_expired'];

/**
 * The approvers' list of requests: as the server sent it, kept up to date by messages, with one row chosen for
 * the keyboard. A decision shows as being made until the database has answered; what the answer says, or who
 * was faster, is then what stands.
 */
export class RequestQueue {
  #source: () => { requests: CreditRequest[]; filter: RequestFilter };
  #channel = new LiveChannel();
  #requests = $derived.by(() => this.#source().requests);
  #chosenId = $state<string | null>(null);
  #deciding = $state.raw<ReadonlyMap<string, Decision>>(new Map());
  #problems = $state.raw<ReadonlyMap<string, string>>(new Map());

  constructor(source: () => { requests: CreditRequest[]; filter: RequestFilter }) {
    this.#source = source;
  }

  get requests(): readonly CreditRequest[] {
    return this.#requests;
  }

  get state(): LiveState {
    return this.#channel.state;
  }

  /** The row that keys act on: the chosen one, else the first. */
  get chosen(): CreditRequest | undefined {
    return this.#requests.find((request) => request.id === this.#chosenId) ?? this.#requests[0];
  }

  choose(id: string): void {
    this.#chosenId = id;
  }

  /** Chooses the row so many places further down (or up, when negative). */
  step(places: number): void {
    const index = this.#requests.findIndex((request) => request.id === this.chosen?.id);
    const last = this.#requests.length - 1;
    const next = this.#requests[Math.min(Math.max(index + places, 0), last)];
    if (next) this.#chosenId = next.id;
  }

  decisionInProgress(id: string): Decision | undefined {
    return this.#deciding.get(id);
  }

  problemOf(id: string): string | undefined {
    return this.#problems.get(id);
  }

  /** Marks a decision as being made. */
  begin(id: string, decision: Decision): void {
    this.#deciding = new Map(this.#deciding).set(id, decision);
    this.#problems = without(this.#problems, id);
  }

  /** Takes the answer to a decision: the request as it is now, and why the decision did not count, if so. */
  settle(id: string, request: CreditRequest | null, problem: string | null): void {
    this.#deciding = without(this.#deciding, id);
    if (request) this.#replace(request);
    if (problem) this.#problems = new Map(this.#problems).set(id, problem);
  }

  /** Takes one message from the approvers' channel. Decided rows stay in sight, with who decided. */
  receive(payload: unknown): void {
    const request = creditRequestSchema.safeParse(payload).data;
    if (!request) return;
    const { filter } = this.#source();
    if (this.#requests.some((known) => known.id === request.id)) this.#replace(request);
    else if (filter === 'all' || filter === request.state) this.#requests = [request, ...this.#requests];
  }

  /** Follows the approvers' channel until the returned function is called. */
  subscribe(reread: () => void): () => void {
    const receive = (payload: unknown) => this.receive(payload);
    const handlers = Object.fromEntries(events.map((event) => [event, receive]));
    return this.#channel.subscribe('admin:requests', handlers, (isReturn) => isReturn && reread());
  }

  #replace(request: CreditRequest): void {
    this.#requests = this.#requests.map((known) => (known.id === request.id ? request : known));
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
