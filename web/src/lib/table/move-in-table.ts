/** What receives the focus in a row without a link. */
const controls = 'a, button, input, select';

/**
 * An attachment: moves the focus from row to row with the arrow keys (or j and k), to the first and last with Home
 * and End, and selects the row with x. Fields keep their keys.
 */
export function moveInTable(table: HTMLElement): () => void {
  const handleKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    if (event.target.matches('select, textarea, input:not([type=checkbox])')) return;
    const row = event.target.closest('tr[data-row]');
    if (row && act(event.key, row, [...table.querySelectorAll('tr[data-row]')])) event.preventDefault();
  };
  table.addEventListener('keydown', handleKey);
  return () => table.removeEventListener('keydown', handleKey);
}

/** Whether the key means something here. */
function act(key: string, row: Element, rows: readonly Element[]): boolean {
  const index = rows.indexOf(row);
  if (key === 'ArrowDown' || key === 'j') focusRow(rows[index + 1]);
  else if (key === 'ArrowUp' || key === 'k') focusRow(rows[index - 1]);
  else if (key === 'Home') focusRow(rows[0]);
  else if (key === 'End') focusRow(rows.at(-1));
  else if (key === 'x') row.querySelector<HTMLElement>('input[type=checkbox]')?.click();
  else return false;
  return true;
}

function focusRow(row: Element | undefined): void {
  const control = row?.querySelector<HTMLElement>('td.title a') ?? row?.querySelector<HTMLElement>(controls);
  control?.focus();
}
