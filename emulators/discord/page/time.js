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

/** A moment in one of the `<t:…>` styles. */
export function formatTime(date, style) {
  if (style === 'R') return toRelative(date);
  return new Intl.DateTimeFormat(undefined, timeStyles[style] ?? timeStyles.f).format(date);
}

/** The time of a message: only the hour today, otherwise with the date. */
export function formatMessageTime(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  return formatTime(date, isToday ? 't' : 'f');
}

/** Keeps relative times on the page up to date. */
export function keepTimesFresh() {
  setInterval(() => {
    for (const element of document.querySelectorAll('time[data-style="R"]')) {
      element.textContent = toRelative(new Date(element.getAttribute('datetime')));
    }
  }, 15_000);
}
