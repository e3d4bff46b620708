/** `system` follows the device. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Whether a form field or cookie contains a valid theme. */
export const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value);

/** The theme that a press on the switch selects. */
export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
}
