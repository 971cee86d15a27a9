import type { RdsEngine } from './database';

/** Versions as RDS spells them, oldest first. */
const VERSIONS: Readonly<Record<RdsEngine, readonly string[]>> = {
  'aurora-mysql': [
    '5.7.mysql_aurora.2.11.6',
    '5.7.mysql_aurora.2.12.5',
    '8.0.mysql_aurora.3.04.4',
    '8.0.mysql_aurora.3.08.0',
    '8.0.mysql_aurora.3.08.2',
    '8.0.mysql_aurora.3.10.1',
    '8.4.mysql_aurora.8.4.7',
  ],
  'aurora-postgresql': ['13.20', '14.17', '15.12', '16.8', '17.4'],
  mysql: ['5.7.44', '8.0.41', '8.0.43', '8.4.6'],
  postgres: ['13.20', '14.17', '15.12', '16.8', '17.4'],
};

/** Families that each engine runs on, newest last; the older ones can no longer be created. */
const CLASSES: Readonly<Record<RdsEngine, readonly string[]>> = {
  'aurora-mysql': ['t3', 't4g', 'r5', 'r6g', 'r6i', 'r7g', 'r7i', 'r8g'],
  'aurora-postgresql': ['t3', 't4g', 'r5', 'r6g', 'r6i', 'r7g', 'r7i', 'r8g'],
  mysql: ['t3', 't4g', 'm5', 'm6g', 'm6i', 'm7g', 'm7i', 'm8g', 'r5', 'r6g', 'r6i', 'r7g', 'r7i', 'r8g'],
  postgres: ['t3', 't4g', 'm5', 'm6g', 'm6i', 'm7g', 'm7i', 'm8g', 'r5', 'r6g', 'r6i', 'r7g', 'r7i', 'r8g'],
};

/** Aurora MySQL 2 and MySQL 5.7 came before these. */
const WITHOUT_MYSQL_5_7 = ['r6i', 'r7g', 'r7i', 'r8g', 'm6g', 'm6i', 'm7g', 'm7i', 'm8g', 't4g'];

const SIZES: Readonly<Record<'t' | 'other', readonly string[]>> = {
  t: ['medium', 'large'],
  other: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'],
};

export function isRdsEngine(engine: string): engine is RdsEngine {
  return engine in VERSIONS;
}

/** The versions known here, and those that a rehearsal's databases have. */
export function versionsOf(engine: RdsEngine, inUse: readonly string[] = []): readonly string[] {
  return [...new Set([...VERSIONS[engine], ...inUse])].sort(compareVersions);
}

/** By their numbers, of which Aurora's own stand after MySQL's. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.match(/\d+/g) ?? []).map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `5.7`, `8.0`, `16`. */
export function majorVersionOf(engine: RdsEngine, version: string): string {
  return version
    .split('.')
    .slice(0, engine.endsWith('mysql') ? 2 : 1)
    .join('.');
}

/** Of DB parameter groups, e.g. `mysql8.0`, `aurora-postgresql16`. */
export function familyOf(engine: RdsEngine, version: string): string {
  return `${engine}${majorVersionOf(engine, version)}`;
}

/** Of DB cluster parameter groups; Aurora's have the same names. */
export const clusterFamilyOf = familyOf;

export function instanceClassesOf(engine: RdsEngine, version: string): readonly string[] {
  const old = engine.endsWith('mysql') && majorVersionOf(engine, version) === '5.7';
  const families = CLASSES[engine].filter((family) => !(old && WITHOUT_MYSQL_5_7.includes(family)));
  return families.flatMap((family) => {
    const sizes = SIZES[family.startsWith('t') ? 't' : 'other'];
    return sizes.map((size) => `db.${family}.${size}`);
  });
}
