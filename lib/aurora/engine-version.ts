import { Token } from 'aws-cdk-lib';
import type { DatabaseEngine as EngineName } from '../../agent/database-contract';

/** How RDS spells an engine's versions; the first group is the major version of MySQL or PostgreSQL. */
const SPELLINGS: Readonly<Record<EngineName, RegExp>> = {
  'aurora-mysql': /^(\d+\.\d+)\.mysql_aurora\.\d+(\.\d+)*$/,
  mysql: /^(\d+\.\d+)(\.\d+)?(-rds\.\d{8})?$/,
  'aurora-postgresql': /^(9\.\d+|\d{2})(\.\d+)*(-[a-z]+)?$/,
  postgres: /^(9\.\d+|\d{2})(\.\d+)*(-rds\.\d{8}|-R\d+)?$/,
};

export function assertVersion(engine: EngineName, version: string): void {
  if (Token.isUnresolved(version) || SPELLINGS[engine].test(version)) return;
  throw new Error(
    `Got '${version}' as a version of ${engine}. Accepted is what RDS spells so: take EngineVersion from ` +
      `'aws rds describe-db-engine-versions --engine ${engine}'.`,
  );
}

/** `5.7`, `8.0`, `9.6`, `16`; undefined for a token. */
export function majorOf(engine: EngineName, version: string): string | undefined {
  return Token.isUnresolved(version) ? undefined : SPELLINGS[engine].exec(version)?.[1];
}
