import type { DatabaseEngine as EngineName } from '../../../contract/database';
import { type EngineRelease, majorOf } from './engine-version';

/** When AWS stops looking after a release. Days are `YYYY-MM-DD` and are the last day of support. */
export interface SupportEnd {
  readonly standard: string;
  /** Surcharged from the day after `standard` to here. Absent: there is none. */
  readonly extended?: string;
}

type SupportEnds = ReadonlyMap<string, SupportEnd>;

/** RDS User Guide, "Supported MySQL major versions on Amazon RDS". */
const MYSQL: SupportEnds = new Map([
  ['5.5', { standard: '2021-05-25' }],
  ['5.6', { standard: '2022-03-01' }],
  ['5.7', { standard: '2024-02-29', extended: '2027-02-28' }],
  ['8.0', { standard: '2026-07-31', extended: '2029-07-31' }],
  ['8.4', { standard: '2029-07-31', extended: '2032-07-31' }],
]);

/** Release Notes for Aurora MySQL, "Release calendars". No end is announced for 8.4. */
const AURORA_MYSQL: SupportEnds = new Map([
  ['5.6', { standard: '2023-02-28' }],
  ['5.7', { standard: '2024-10-31', extended: '2027-02-28' }],
  ['8.0', { standard: '2028-04-30', extended: '2029-07-31' }],
]);

/** Release Notes for Aurora PostgreSQL and for RDS for PostgreSQL, "Release calendars". No end is announced for 18. */
const POSTGRES: SupportEnds = new Map([
  ['9.6', { standard: '2022-04-30' }],
  ['10', { standard: '2023-04-17' }],
  ['11', { standard: '2024-02-29', extended: '2027-03-31' }],
  ['12', { standard: '2025-02-28', extended: '2028-02-29' }],
  ['13', { standard: '2026-02-28', extended: '2029-02-28' }],
  ['14', { standard: '2027-02-28', extended: '2030-02-28' }],
  ['15', { standard: '2028-02-29', extended: '2031-02-28' }],
  ['16', { standard: '2029-02-28', extended: '2032-02-28' }],
  ['17', { standard: '2030-02-28', extended: '2033-02-28' }],
]);

const SUPPORT_ENDS: Readonly<Record<EngineName, SupportEnds>> = {
  mysql: MYSQL,
  'aurora-mysql': AURORA_MYSQL,
  postgres: POSTGRES,
  'aurora-postgresql': POSTGRES,
};

/** Undefined where none is announced, and for a token. */
export function supportEndOf(release: EngineRelease): SupportEnd | undefined {
  const major = majorOf(release);
  return major === undefined ? undefined : SUPPORT_ENDS[release.name].get(major);
}

/** A major version to move to that is supported for years. */
export const SUCCESSORS: Readonly<Record<EngineName, string>> = {
  mysql: '8.4',
  'aurora-mysql': '3 or 8.4',
  postgres: '17',
  'aurora-postgresql': '17',
};
