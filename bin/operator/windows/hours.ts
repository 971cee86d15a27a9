import type { LocalHour } from './schedule-expression';

export const HOUR_MS = 3_600_000;
export const WEEKS = 4;
const HOURS = WEEKS * 7 * 24;

/** An hour of the week in a time zone: 0 is Monday from 0:00, 167 Sunday from 23:00. */
export type Cell = number;
export const CELLS = 168;
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** The full hours of the four weeks before a time, oldest first. Milliseconds since the epoch. */
export function hoursBefore(end: number): number[] {
  const last = Math.floor(end / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => last - (HOURS - index) * HOUR_MS);
}

export function hoursAfter(begin: number): number[] {
  const first = Math.floor(begin / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => first + index * HOUR_MS);
}

/** `Sun 03:00`. */
export const nameOfCell = (cell: Cell) => `${DAYS[Math.floor(cell / 24)]} ${String(cell % 24).padStart(2, '0')}:00`;

/** What a clock on a wall of a time zone shows. */
export class WallClock {
  private readonly format: Intl.DateTimeFormat;

  /** @throws where there is no such time zone */
  constructor(readonly timeZone: string) {
    try {
      this.format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
      });
    } catch (error) {
      throw new Error(`--time-zone: got '${timeZone}'; accepted are names such as UTC and Asia/Tokyo.`, {
        cause: error,
      });
    }
  }

  cellOf(at: number): Cell {
    const { weekday, hour } = this.read(at);
    return ((weekday + 6) % 7) * 24 + hour;
  }

  /** An hour of UTC is one of a zone, or parts of two. */
  localHours(at: number): LocalHour[] {
    const { minute, ...first } = this.read(at);
    if (minute === 0) return [{ ...first, minutes: [0, 59] }];
    const { minute: last, ...second } = this.read(at + HOUR_MS - 60_000);
    return [
      { ...first, minutes: [minute, 59] },
      { ...second, minutes: [0, last] },
    ];
  }

  private read(at: number): Omit<LocalHour, 'minutes'> & { readonly minute: number } {
    const parts = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    const daysOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return { year, month, day, weekday, daysOfMonth, hour, minute };
  }
}
