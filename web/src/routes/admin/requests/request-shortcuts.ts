import type { Decision } from '#domain/credits/vocabulary.ts';
import type { RequestQueue } from './request-queue.svelte.ts';

/** Whether a key is typed into a field, or means something else because a modifier key is held. */
export function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isInField =
    target instanceof HTMLElement &&
    target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
  return isInField || ctrlKey || metaKey || altKey;
}

/** Enables keys for the selected request, except while typing. */
export function handleRequestKey(event: KeyboardEvent, queue: RequestQueue): void {
  if (isTyping(event)) return;
  const isDone = act(event, queue);
  if (isDone) event.preventDefault();
}

function act({ key, shiftKey }: KeyboardEvent, queue: RequestQueue): boolean {
  const { chosen } = queue;
  switch (key) {
    case 'j':
    case 'k':
      queue.step(key === 'j' ? 1 : -1);
      findCard(queue)?.focus();
      return true;
    case 'a':
    case 'r':
      press(queue, key === 'a' ? 'approve' : 'reject');
      return true;
    case 'c':
      findCard(queue)?.querySelector<HTMLInputElement>('[name=comment]')?.focus();
      return true;
    case 'x':
    case 'X':
      if (chosen?.state === 'pending') queue.select(chosen.id, { isRange: shiftKey });
      return true;
    case 'b':
      document.querySelector<HTMLButtonElement>('[data-bulk-bar] button')?.focus();
      return true;
    case 'z':
      queue.held.undoLast();
      return true;
    default:
      return false;
  }
}

function findCard(queue: RequestQueue): HTMLElement | null {
  return document.querySelector(`[data-request-id="${queue.chosen?.id}"]`);
}

/** Decides the chosen request and goes on to the next one that is open. */
function press(queue: RequestQueue, decision: Decision): void {
  const button = findCard(queue)?.querySelector<HTMLButtonElement>(`button[value=${decision}]:enabled`);
  if (!button) return;
  button.click();
  queue.stepToOpen();
  findCard(queue)?.focus();
}
