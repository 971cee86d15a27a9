import type { NotCovered } from '../../../../contract/database';
import { nameSome } from '../../../naming';
import type { BothNames } from '../../../sql/named-difference';
import { text } from '../../result-row';
import { readOwn } from './information-schema';
import type { Reading } from './reading';

/** What CONVERT_TZ and `time_zone` know: on RDS, what RDS has loaded. */
export interface TimeZones {
  readonly names: ReadonlySet<string>;
  /** The same where both reckon alike. */
  readonly rules: string;
}

const MAX_NAMED = 5;

export async function readTimeZones(reading: Reading): Promise<TimeZones> {
  const names = new Set((await readOwn(reading, 'time_zone_name', 'time zones')).map((row) => text(row, 'Name')));
  if (names.size === 0) return { names, rules: '' };
  const rules = await reading.session.row(
    `SELECT COUNT(*) AS transitions, SUM(CRC32(CONCAT_WS(':', n.Name, t.Transition_time, y.Offset, y.Is_DST))) AS digest
     FROM mysql.time_zone_name n JOIN mysql.time_zone_transition t ON t.Time_zone_id = n.Time_zone_id
     JOIN mysql.time_zone_transition_type y
       ON y.Time_zone_id = t.Time_zone_id AND y.Transition_type_id = t.Transition_type_id`,
  );
  return { names, rules: rules === undefined ? '' : `${text(rules, 'transitions')} ${text(rules, 'digest')}` };
}

/**
 * Nobody can load time zones into a server of RDS, and editions drop old names: what differs is told, and keeps nobody from
 * moving.
 */
export function compareTimeZones(from: TimeZones, to: TimeZones, sides: BothNames): NotCovered[] {
  const missing = [...from.names].filter((name) => !to.names.has(name)).sort();
  const object = 'time zones';
  if (missing.length > 0) {
    const reason = `${sides.to} does not know ${nameSome(missing, MAX_NAMED)}, which ${sides.from} knows: CONVERT_TZ gives NULL for it there`;
    return [{ object, reason }];
  }
  if (from.rules === to.rules || from.names.size === 0) return [];
  return [
    {
      object,
      reason: `${sides.from} and ${sides.to} have two editions of their rules: CONVERT_TZ may give two times of day`,
    },
  ];
}
