const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `42` → `42 ms`, `4200` → `4.2 s`, `200000` → `3 min 20 s`: at most two units. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const whole = Math.round(ms / 1_000) * 1_000;
  const index = units.findIndex(([, length]) => whole >= length);
  const [unit, length] = units[index] ?? ['s', 1_000];
  const [smallerUnit, smallerLength] = units[index + 1] ?? [null, 1];
  const smaller = Math.floor((whole % length) / smallerLength);
  const text = `${Math.floor(whole / length)} ${unit}`;
  return smallerUnit === null || smaller === 0 ? text : `${text} ${smaller} ${smallerUnit}`;
}
