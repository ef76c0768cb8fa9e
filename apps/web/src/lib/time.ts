const DAY_MS = 86_400_000;

// As each locale writes it: 09:05, 9:05 AM.
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const fullDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** `14:05` */
export const clockTime = (time: Date): string => clock.format(time);
/** `12 March 2027 at 14:05` */
export const exactTime = (time: Date): string => exact.format(time);

/** As short as the day allows: `14:05`, `Tue`, `12 Mar`, `12 Mar 2027`. */
export function shortTime(time: Date, now: Date): string {
  const days = daysBetween(time, now);
  if (days <= 0) return clock.format(time);
  if (days < 7) return weekday.format(time);
  return time.getFullYear() === now.getFullYear() ? dayMonth.format(time) : fullDate.format(time);
}

/** `today`, `yesterday`, `Tuesday, 12 March` */
export function dayName(time: Date, now: Date): string {
  const days = daysBetween(time, now);
  if (days === 0 || days === 1) return relative.format(-days, 'day');
  return time.getFullYear() === now.getFullYear() ? longDay.format(time) : fullDate.format(time);
}

/** `in 3 hours`, `5 minutes ago` */
export function fromNow(time: Date, now: Date): string {
  const minutes = Math.round((time.getTime() - now.getTime()) / 60_000);
  if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  if (Math.abs(hours) < 24) return relative.format(hours, 'hour');
  return relative.format(Math.round(hours / 24), 'day');
}

/** What is left, in its two largest units, and to the second in the last hour: `2 d 4 h`, `3 h 05 min`, `4:09`. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${twoDigits(minutes % 60)} min`;
  return `${minutes}:${twoDigits(seconds % 60)}`;
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');

/** Days by the calendar; positive when `time` is before `now`. */
function daysBetween(time: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
