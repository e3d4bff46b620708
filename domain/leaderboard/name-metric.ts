/** `deal_closed` → `Deal closed`. The database defines metrics, so any name may appear. */
export function nameMetric(metric: string): string {
  const words = metric.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
