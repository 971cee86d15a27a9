import { DAYS } from './hours';
import { QUIET_SHARE } from './quiet-hours';

/** Lighter to darker, from above a quiet hour on. */
const SHADES = ['░', '▒', '▓', '█'];
const QUIET = '·';
const UNKNOWN = '?';

/**
 * A row a day, three columns an hour: 76 columns. On a terminal shades; elsewhere tenths of a busy hour, which a mail or a
 * ticket keeps: 0 is below a tenth, 9 is nine tenths or more.
 */
export function heatMap(percentByHour: readonly (number | null)[], shaded: boolean): string {
  const head = `    ${Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).join(' ')}`;
  const rows = DAYS.map((day, index) => {
    const hours = percentByHour.slice(index * 24, index * 24 + 24);
    return `${day} ${hours.map((value) => (shaded ? shadeOf(value).repeat(2) : tenthsOf(value))).join(' ')}`.trimEnd();
  });
  const legend = shaded
    ? `    ${QUIET}${QUIET} quiet (up to ${QUIET_SHARE * 100} %), ░░ up to 25 %, ▒▒ 50 %, ▓▓ 75 %, ██ more, ${UNKNOWN}${UNKNOWN} unknown`
    : `    tenths of a busy hour: 0 is quiet, 9 is nine tenths or more; ${UNKNOWN} is not known`;
  return [head, ...rows, legend].join('\n');
}

function shadeOf(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value <= QUIET_SHARE * 100) return QUIET;
  return SHADES[Math.min(SHADES.length - 1, Math.floor(value / 25))] ?? UNKNOWN;
}

const tenthsOf = (value: number | null) =>
  (value === null
    ? UNKNOWN
    : value <= QUIET_SHARE * 100
      ? '0'
      : String(Math.max(1, Math.min(9, Math.floor(value / 10))))
  ).padStart(2);
