const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Reads `30m`, `2h`, `3d`, `1w` from now, or a time in ISO 8601, local where it has no offset; undefined otherwise. */
export function parseMoment(text: string, now: Date): Date | undefined {
  const span = /^(\d{1,5})([mhdw])$/.exec(text.trim());
  const moment =
    span === null
      ? new Date(/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text.trim()) ? text.trim() : Number.NaN)
      : new Date(now.getTime() + Number(span[1]) * UNITS[span[2] as keyof typeof UNITS]);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** As short as it can be told from `now`: `10:31`, `21 Nov 10:31`, `21 Nov 2025 10:31`. */
export function formatMoment(moment: Date, now: Date, timeZone?: string): string {
  const part = (options: Intl.DateTimeFormatOptions) => (date: Date) =>
    new Intl.DateTimeFormat('en-GB', { ...options, ...(timeZone !== undefined && { timeZone }) }).format(
      date,
    );
  const clock = part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = part({ day: 'numeric', month: 'short' });
  const year = part({ year: 'numeric' });
  if (year(moment) !== year(now)) return `${day(moment)} ${year(moment)} ${clock(moment)}`;
  return day(moment) === day(now) ? clock(moment) : `${day(moment)} ${clock(moment)}`;
}
