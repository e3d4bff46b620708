const timeStyles = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

const timeUnits = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** "3 hours ago", "in 2 days". */
function toRelative(date, now = new Date()) {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const [unit, size] = timeUnits.find(([, length]) => Math.abs(seconds) >= length) ?? timeUnits.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** A moment in one of the styles of `<t:…>`. */
export function formatTime(date, style) {
  if (style === 'R') return toRelative(date);
  return new Intl.DateTimeFormat(undefined, timeStyles[style] ?? timeStyles.f).format(date);
}

/** Time of a message: only the hour today, else with the date. */
export function formatMessageTime(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  return formatTime(date, isToday ? 't' : 'f');
}

/** Keeps relative times on the page right. */
export function keepTimesFresh() {
  setInterval(() => {
    for (const element of document.querySelectorAll('time[data-style="R"]')) {
      element.textContent = toRelative(new Date(element.getAttribute('datetime')));
    }
  }, 15_000);
}
