import { Token } from 'aws-cdk-lib';
import type { DatabaseEngine as EngineName } from '../../../contract/database';
import { ValidationError } from '../../validation-error';

/** What is known of an engine here: RDS's name, and the version. */
export interface EngineRelease {
  readonly name: EngineName;
  readonly version: string;
}

interface Spelling {
  /** First group: the major version of MySQL or PostgreSQL. Second: the engine's own release, by which it is ordered. */
  readonly pattern: RegExp;
  readonly examples: string;
}

/**
 * How `DescribeDBEngineVersions` spells versions. Aurora MySQL 2 and 3 count releases of their own behind the version of
 * MySQL that they are compatible with; from 8.4 on the two are the same (`8.4.mysql_aurora.8.4.7`). Versions in extended
 * support carry the day of their patch (`5.7.44-rds.20240408`).
 */
const SPELLINGS: Readonly<Record<EngineName, Spelling>> = {
  'aurora-mysql': {
    pattern: /^(\d+\.\d+)\.mysql_aurora\.(\d+\.\d+(?:\.\d+)*)$/,
    examples: "'5.7.mysql_aurora.2.11.5', '8.0.mysql_aurora.3.08.0', '8.4.mysql_aurora.8.4.7'",
  },
  mysql: {
    pattern: /^(?=(\d+\.\d+))(\d+\.\d+(?:\.\d+)?)(?:-rds\.\d{8})?$/,
    examples: "'5.7.44', '8.0.39', '5.7.44-rds.20240408'",
  },
  'aurora-postgresql': {
    pattern: /^(?=(9\.\d+|\d{2}))((?:9\.\d+|\d{2})(?:\.\d+)*)(?:-[a-z]+)?$/,
    examples: "'11.21', '16.4', '9.6.22'",
  },
  postgres: {
    pattern: /^(?=(9\.\d+|\d{2}))((?:9\.\d+|\d{2})(?:\.\d+)*)(?:-rds\.\d{8}|-R\d+)?$/,
    examples: "'16.4', '9.6.24', '11.22-rds.20240418'",
  },
};

function parse({ name, version }: EngineRelease): RegExpExecArray | null {
  return Token.isUnresolved(version) ? null : SPELLINGS[name].pattern.exec(version);
}

export function assertVersion(release: EngineRelease): void {
  const { name, version } = release;
  if (Token.isUnresolved(version) || parse(release) !== null) return;
  throw new ValidationError(
    `Got '${version}' as a version of ${name}. Accepted is what RDS spells so: ${SPELLINGS[name].examples}. Take ` +
      `EngineVersion from "aws rds describe-db-${name.startsWith('aurora') ? 'clusters' : 'instances'}".`,
  );
}

/** Of the MySQL or PostgreSQL that it is compatible with: `5.7`, `8.0`, `9.6`, `16`. Undefined for a token. */
export function majorOf(release: EngineRelease): string | undefined {
  return parse(release)?.[1];
}

/** The release's own numbers: `[3, 8, 0]` of `8.0.mysql_aurora.3.08.0`, `[16, 4]` of `16.4`. Undefined for a token. */
export function releaseNumbers(release: EngineRelease): number[] | undefined {
  return parse(release)?.[2]?.split('.').map(Number);
}

/** Compares as far as both are stated: `8.0` and `8.0.39` are the same. Negative where `a` is older. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Two releases of engines that number alike. A token compares as the same, because nothing is known of it. */
export function compareReleases(a: EngineRelease, b: EngineRelease): number {
  return compareNumbers(releaseNumbers(a) ?? [], releaseNumbers(b) ?? []);
}

export function compareMajors(a: EngineRelease, b: EngineRelease): number {
  const [left, right] = [majorOf(a), majorOf(b)].map((major) => major?.split('.').map(Number) ?? []);
  return compareNumbers(left ?? [], right ?? []);
}
