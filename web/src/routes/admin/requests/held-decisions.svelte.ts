import type { Decision } from '#domain/credits/vocabulary.ts';

/** How long a decision waits, so that a wrong click or key can be undone. */
export const undoMs = 5_000;

/** A decision that is about to be sent. */
export interface HeldDecision {
  id: string;
  decision: Decision;
  /** What will happen, as a sentence. */
  text: string;
  /** Sends it when the page is closed: the usual way would be cut off. */
  sendLast: () => void;
}

interface Waiting extends HeldDecision {
  settle: (isToBeSent: boolean) => void;
}

/** Decisions within their five seconds, oldest first. */
export class HeldDecisions {
  #waiting = $state.raw<readonly Waiting[]>([]);

  get list(): readonly HeldDecision[] {
    return this.#waiting;
  }

  /** Waits, and returns whether the decision is to be sent now. */
  hold(decision: HeldDecision): Promise<boolean> {
    this.undo(decision.id);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => this.carryOut(decision.id), undoMs);
    const settle = (isToBeSent: boolean): void => {
      clearTimeout(timer);
      this.#waiting = this.#waiting.filter(({ id }) => id !== decision.id);
      resolve(isToBeSent);
    };
    this.#waiting = [...this.#waiting, { ...decision, settle }];
    return promise;
  }

  undo(id: string): void {
    this.#find(id)?.settle(false);
  }

  undoLast(): void {
    this.#waiting.at(-1)?.settle(false);
  }

  /** Sends a decision now, for example because somebody else decided: the answer names them. */
  carryOut(id: string): void {
    this.#find(id)?.settle(true);
  }

  /** Sends all decisions now: the person goes to another page of the site. */
  carryOutAll(): void {
    for (const { settle } of this.#waiting) settle(true);
  }

  /** The page is being closed. */
  sendAllLast(): void {
    for (const { sendLast, settle } of this.#waiting) {
      sendLast();
      settle(false);
    }
  }

  #find(id: string): Waiting | undefined {
    return this.#waiting.find((waiting) => waiting.id === id);
  }
}
