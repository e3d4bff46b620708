import type { Decision } from '#domain/credits/vocabulary.ts';
import type { RequestQueue } from './request-queue.svelte.ts';

/** Whether a key is typed into a field, or means something else because a modifier key is held. */
export function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isInField = target instanceof HTMLElement && target.matches('input, textarea, select');
  return isInField || ctrlKey || metaKey || altKey;
}

/** Enables keys for the selected request, except while typing. */
export function handleRequestKey(event: KeyboardEvent, queue: RequestQueue): void {
  if (isTyping(event)) return;
  if (event.key === 'j' || event.key === 'k') {
    queue.step(event.key === 'j' ? 1 : -1);
    findCard(queue)?.focus();
  } else if (event.key === 'a') press(queue, 'approve');
  else if (event.key === 'r') press(queue, 'reject');
  else if (event.key === 'c') findCard(queue)?.querySelector<HTMLInputElement>('[name=comment]')?.focus();
  else return;
  event.preventDefault();
}

function findCard(queue: RequestQueue): HTMLElement | null {
  return document.querySelector(`[data-request-id="${queue.chosen?.id}"]`);
}

function press(queue: RequestQueue, decision: Decision): void {
  findCard(queue)?.querySelector<HTMLButtonElement>(`button[value=${decision}]`)?.click();
}
