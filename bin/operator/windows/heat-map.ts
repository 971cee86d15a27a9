import { scaleThreshold } from 'd3-scale';
import { DAYS } from './hours';
import { QUIET_SHARE } from './quiet-hours';

const QUIET = '·';
/** Whole percents: the first that is not quiet. */
const NOT_QUIET = QUIET_SHARE * 100 + 1;
/** Lighter to darker, from above a quiet hour on. */
const shadeOf = scaleThreshold([NOT_QUIET, 25, 50, 75], [QUIET, '░', '▒', '▓', '█']);
const tenthsOf = scaleThreshold([NOT_QUIET, 20, 30, 40, 50, 60, 70, 80, 90], [...'0123456789']);
const UNKNOWN = '?';

/**
 * A row a day, three columns an hour: 76 columns. On a terminal shades; elsewhere tenths of a busy hour, which a mail or a
 * ticket keeps: 0 is below a tenth, 9 is nine tenths or more.
 */
export function heatMap(percentByHour: readonly (number | null)[], shaded: boolean): string {
  const head = `    ${Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).join(' ')}`;
  const rows = DAYS.map((day, index) => {
    const hours = percentByHour.slice(index * 24, index * 24 + 24);
    return `${day} ${hours.map((value) => cell(value, shaded)).join(' ')}`.trimEnd();
  });
  const legend = shaded
    ? `    ${QUIET}${QUIET} quiet (up to ${QUIET_SHARE * 100} %), ░░ up to 25 %, ▒▒ 50 %, ▓▓ 75 %, ██ more, ${UNKNOWN}${UNKNOWN} unknown`
    : `    tenths of a busy hour: 0 is quiet, 9 is nine tenths or more; ${UNKNOWN} is not known`;
  return [head, ...rows, legend].join('\n');
}

function cell(value: number | null, shaded: boolean): string {
  if (shaded) return (value === null ? UNKNOWN : shadeOf(value)).repeat(2);
  return (value === null ? UNKNOWN : tenthsOf(value)).padStart(2);
}
