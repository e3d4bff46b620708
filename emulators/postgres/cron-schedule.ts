import { Cron } from 'croner';

/**
 * When a pg_cron schedule is due next: `'30 seconds'`, five cron fields in UTC (`$` = last day of the month)
 * or macros such as `@daily`. Throws on other text.
 * @param lastStart when the job was last started, or when waiting for it began
 */
export function findNextRun(schedule: string, lastStart: Date): Date | null {
  const text = schedule.trim();
  const interval = /^([1-9]|[1-5]\d)\s+seconds?$/i.exec(text)?.[1];
  if (interval) return new Date(lastStart.getTime() + Number(interval) * 1000);
  if (text.toLowerCase() === '@reboot') return null;
  const pattern = text.replace('$', 'L');
  if (!pattern.startsWith('@') && pattern.split(/\s+/).length !== 5) {
    throw new Error(`Not a schedule: ${schedule}`);
  }
  return new Cron(pattern, { timezone: 'UTC', paused: true }).nextRun(lastStart);
}
