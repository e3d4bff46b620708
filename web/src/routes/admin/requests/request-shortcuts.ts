import type { Decision, RequestQueue } from './request-queue.svelte.ts';

/** Keys that act on the chosen request. They rest while somebody types, and with a modifier key held. */
export function handleRequestKey(event: KeyboardEvent, queue: RequestQueue): void {
  const target = event.target;
  const isTyping = target instanceof HTMLElement && target.matches('input, textarea, select');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
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
