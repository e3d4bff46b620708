/** Closes an open `<details>` menu on Escape, when the focus or a press goes elsewhere, and when one of its links is followed. */
export function closeOnLeave(menu: HTMLElement): () => void {
  const close = (returnFocus: boolean): void => {
    if (!(menu instanceof HTMLDetailsElement) || !menu.open) return;
    menu.open = false;
    if (returnFocus) menu.querySelector('summary')?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close(true);
  };
  const onPress = (event: Event): void => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (!menu.contains(target) || target.closest('a')) close(false);
  };
  const onFocus = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) close(false);
  };
  menu.addEventListener('focusout', onFocus);
  document.addEventListener('keydown', onKey);
  document.addEventListener('click', onPress);
  return () => {
    menu.removeEventListener('focusout', onFocus);
    document.removeEventListener('keydown', onKey);
    document.removeEventListener('click', onPress);
  };
}
