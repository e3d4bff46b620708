/** `deal_closed` → `Deal closed`. Metrics are named by the rules in the database, so any name may come. */
export function nameMetric(metric: string): string {
  const words = metric.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
