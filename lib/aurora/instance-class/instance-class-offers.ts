import type { DatabaseEngine as EngineName } from '../../../contract/database';
import { compareNumbers, type EngineRelease, releaseNumbers } from '../engine/engine-version';
import type { InstanceClassSize } from './instance-class-sizes';

/**
 * From which release on an engine runs on a family: the first of each line, in the engine's own numbers. A line that is
 * later than all of these runs, too; one that is earlier, or between and not named, does not.
 */
type Offer = readonly string[];

type Offers = Readonly<Partial<Record<EngineName, Offer>>>;

const MYSQL_8 = ['8.0'];
const MYSQL_8_0_32 = ['8.0.32'];
const ANY_MYSQL = ['5.5'];
const GRAVITON2_POSTGRES = ['12.7', '13'];
const GRAVITON3_POSTGRES = ['13.4', '14.5', '15'];
const GENERATION8_POSTGRES = ['13.11', '14.9', '15.4', '16.1', '17.1'];
const SSD_POSTGRES = ['13.7', '14.5', '15'];
const NETWORK_POSTGRES = ['11.16', '12.11', '13.7', '14.3', '15'];
const GENERATION5_POSTGRES = ['9.6.22', '10.17', '11'];
const AURORA_MYSQL_GRAVITON2 = ['2.09.2', '3.01.0'];
const AURORA_POSTGRES_GRAVITON2 = ['11.12', '12.8', '13.3', '14.3'];
const AURORA_POSTGRES_BURSTABLE = ['11.12', '12.7', '13.3', '14.3'];

/**
 * Sources: RDS User Guide and Aurora User Guide, "Supported DB engines for DB instance classes". A family that is not
 * here runs on for who has it, but is no longer created: t1, t2, m1, m2, m3, m4, r3, r4.
 *
 * Of r6gd, r6id, r7i, r8g and r8gd on Aurora only the major version is checked; which minor versions have them,
 * `aws rds describe-orderable-db-instance-options` tells.
 */
const OFFERS: Readonly<Record<string, Offers>> = {
  t3: {
    mysql: ANY_MYSQL,
    postgres: ['9.6.22', '10'],
    'aurora-mysql': ['2.10', '3.01.0'],
    'aurora-postgresql': AURORA_POSTGRES_BURSTABLE,
  },
  t4g: {
    mysql: MYSQL_8,
    postgres: GRAVITON2_POSTGRES,
    'aurora-mysql': AURORA_MYSQL_GRAVITON2,
    'aurora-postgresql': AURORA_POSTGRES_BURSTABLE,
  },
  m5: { mysql: ANY_MYSQL, postgres: GENERATION5_POSTGRES },
  m5d: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  m6g: { mysql: MYSQL_8, postgres: GRAVITON2_POSTGRES },
  m6gd: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  m6i: { mysql: MYSQL_8, postgres: ['9.6'] },
  m6id: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  m6idn: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  m6in: { mysql: MYSQL_8, postgres: NETWORK_POSTGRES },
  m7g: { mysql: MYSQL_8, postgres: GRAVITON3_POSTGRES },
  m7i: { mysql: MYSQL_8_0_32, postgres: GENERATION8_POSTGRES },
  m8g: { mysql: MYSQL_8_0_32, postgres: GENERATION8_POSTGRES },
  r5: {
    mysql: ANY_MYSQL,
    postgres: GENERATION5_POSTGRES,
    'aurora-mysql': ['2.06', '3.01.0'],
    'aurora-postgresql': ['9.6'],
  },
  r5b: { mysql: MYSQL_8, postgres: GRAVITON2_POSTGRES },
  r5d: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  r6g: {
    mysql: MYSQL_8,
    postgres: GRAVITON2_POSTGRES,
    'aurora-mysql': AURORA_MYSQL_GRAVITON2,
    'aurora-postgresql': AURORA_POSTGRES_GRAVITON2,
  },
  r6gd: { mysql: MYSQL_8, postgres: SSD_POSTGRES, 'aurora-postgresql': ['14', '15', '16'] },
  r6i: {
    mysql: MYSQL_8,
    postgres: ['10.21', '11.13', '12.8', '13.4', '14'],
    'aurora-mysql': ['2.11.0', '3.02.1'],
    'aurora-postgresql': ['12.9', '13.5', '14.3'],
  },
  r6id: { mysql: MYSQL_8, postgres: SSD_POSTGRES, 'aurora-postgresql': ['14', '15', '16'] },
  r6idn: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
  r6in: { mysql: MYSQL_8, postgres: NETWORK_POSTGRES },
  r7g: {
    mysql: MYSQL_8,
    postgres: GRAVITON3_POSTGRES,
    'aurora-mysql': ['3.03.1'],
    'aurora-postgresql': ['13.10', '14.7', '15.2'],
  },
  r7i: {
    mysql: MYSQL_8_0_32,
    postgres: GENERATION8_POSTGRES,
    'aurora-mysql': ['3'],
    'aurora-postgresql': ['13'],
  },
  r8g: {
    mysql: MYSQL_8_0_32,
    postgres: GENERATION8_POSTGRES,
    'aurora-mysql': ['3'],
    'aurora-postgresql': ['13'],
  },
  r8gd: { 'aurora-postgresql': ['14', '15', '16'] },
  x2g: {
    mysql: MYSQL_8,
    postgres: GRAVITON2_POSTGRES,
    'aurora-mysql': AURORA_MYSQL_GRAVITON2,
    'aurora-postgresql': AURORA_POSTGRES_GRAVITON2,
  },
  x2idn: { mysql: MYSQL_8, postgres: ['13.9', '14.6', '15'] },
  x2iedn: { mysql: MYSQL_8, postgres: SSD_POSTGRES },
};

/** The only burstable sizes of Aurora; `t3.small` ended with version 2. r6id is there in its two largest sizes. */
const AURORA_SIZES: Readonly<Record<string, readonly string[]>> = {
  t3: ['t3.medium', 't3.large'],
  t4g: ['t4g.medium', 't4g.large'],
  r6gd: ['r6gd.xlarge', 'r6gd.2xlarge', 'r6gd.4xlarge', 'r6gd.8xlarge', 'r6gd.12xlarge', 'r6gd.16xlarge'],
  r6id: ['r6id.24xlarge', 'r6id.32xlarge'],
};

/** How many numbers tell a line: MySQL's 8.0, PostgreSQL's 9.6, but PostgreSQL's 16 and Aurora MySQL's 3. */
function lineLength(name: EngineName, [first = 0]: readonly number[]): number {
  return name === 'mysql' || (first === 9 && name !== 'aurora-mysql') ? 2 : 1;
}

/** Whether any engine still gets new instances of the family. */
export function isCreatable(family: string): boolean {
  return Object.hasOwn(OFFERS, family);
}

/** Whether the engine runs on the class; where its version is a token, whether any version does. */
export function isOffered(size: InstanceClassSize, engine: EngineRelease): boolean {
  const offer = OFFERS[size.family.name]?.[engine.name];
  if (offer === undefined) return false;
  const sizes = engine.name.startsWith('aurora') ? AURORA_SIZES[size.family.name] : undefined;
  if (sizes !== undefined && !sizes.includes(size.name)) return false;
  const release = releaseNumbers(engine);
  return release === undefined || reaches(release, offer, engine.name);
}

function reaches(release: readonly number[], offer: Offer, name: EngineName): boolean {
  const firsts = offer.map((first) => first.split('.').map(Number));
  const line = release.slice(0, lineLength(name, release));
  const ofLine = firsts.find((first) => compareNumbers(first.slice(0, lineLength(name, first)), line) === 0);
  return ofLine === undefined
    ? firsts.every((first) => compareNumbers(line, first.slice(0, lineLength(name, first))) > 0)
    : compareNumbers(release, ofLine) >= 0;
}

/** The families that the engine runs on, as in `db.r7g`. */
export function familiesOffered(sizes: readonly InstanceClassSize[], engine: EngineRelease): string[] {
  return [...new Set(sizes.filter((size) => isOffered(size, engine)).map(({ family }) => family.name))];
}
