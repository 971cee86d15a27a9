const MINUTE = 60_000;

/** How long before a cutover its preflight begins. */
const PREFLIGHT_MS = 60 * MINUTE;

/** Scheduler calls within the minute, and a schedule in the past is never called. */
const EARLIEST_MS = 2 * MINUTE;

/** A preflight takes minutes. */
const MIN_AHEAD_MS = 10 * MINUTE;

export interface ScheduleTimes {
  readonly cutover: Date;
  readonly preflight: Date;
}

/**
 * The times that `--at` means: `2026-12-01T02:10` by the clock of this machine, or with `Z` or an offset such as `+09:00`.
 *
 * @throws Error where it is no time, does not exist on this machine's clock, or is too soon
 */
export function scheduleTimes(text: string, now: number): ScheduleTimes {
  const at = scheduleTime(text);
  if (at.getTime() < now + MIN_AHEAD_MS) {
    throw new Error(
      `--at: got '${text}', which is ${at.toISOString()}; accepted is a time that is at least 10 minutes ahead, for a preflight goes before. To begin now: cutover start`,
    );
  }
  const earliest = Math.ceil((now + EARLIEST_MS) / MINUTE) * MINUTE;
  return { cutover: at, preflight: new Date(Math.max(at.getTime() - PREFLIGHT_MS, earliest)) };
}

/** @throws Error where it is no time, or one that the clock does not show */
export function scheduleTime(text: string): Date {
  const accepted =
    'accepted is a time such as 2026-12-01T02:10, by the clock of this machine, 2026-12-01T02:10Z or 2026-12-01T02:10+09:00';
  const [, local, zone] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const at = new Date(text);
  if (local === undefined || Number.isNaN(at.getTime())) throw new Error(`--at: got '${text}'; ${accepted}.`);
  // The hour that a clock leaves out in spring, and days that a month has not, are read as another time.
  const meant = zone === undefined ? localText(at) : new Date(Date.parse(`${local}Z`)).toISOString().slice(0, 16);
  if (meant !== local)
    throw new Error(`--at: got '${text}', which there is not: the clock says ${meant} instead; ${accepted}.`);
  return at;
}

/** By the clock of this machine, and in UTC. */
export function inBothZones(at: Date): string {
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${localText(at).replace('T', ' ')} ${zone} (${at.toISOString().slice(0, 16)}Z)`;
}

function localText(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
