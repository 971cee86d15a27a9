import type { DatabaseEngine as EngineName } from '../../agent/database-contract';
import { assertVersion, majorOf } from './engine-version';

/** The protocol and SQL that an engine speaks. */
export enum DatabaseEngineFamily {
  /** MySQL, and Aurora MySQL. */
  MYSQL = 'mysql',
  /** PostgreSQL, and Aurora PostgreSQL. */
  POSTGRES = 'postgres',
}

/**
 * A database's engine and its version.
 *
 *     DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0')
 *     DatabaseEngine.mysql('5.7.44')
 */
export class DatabaseEngine {
  /**
   * Aurora MySQL.
   *
   * @param version as RDS spells it, with the MySQL version that it is compatible with: `8.0.mysql_aurora.3.08.0`
   * @throws if it is not spelt so
   */
  public static auroraMysql(version: string): DatabaseEngine {
    return new DatabaseEngine('aurora-mysql', version);
  }

  /**
   * MySQL of RDS.
   *
   * @param version as RDS spells it: `5.7.44`, `8.0.39`, `5.7.44-rds.20240408`
   * @throws if it is not spelt so
   */
  public static mysql(version: string): DatabaseEngine {
    return new DatabaseEngine('mysql', version);
  }

  /**
   * Aurora PostgreSQL.
   *
   * @param version as RDS spells it: `16.4`
   * @throws if it is not spelt so
   */
  public static auroraPostgres(version: string): DatabaseEngine {
    return new DatabaseEngine('aurora-postgresql', version);
  }

  /**
   * PostgreSQL of RDS.
   *
   * @param version as RDS spells it: `16.4`, `11.22-rds.20240418`
   * @throws if it is not spelt so
   */
  public static postgres(version: string): DatabaseEngine {
    return new DatabaseEngine('postgres', version);
  }

  /**
   * The name in what lib and agent say to each other, which is RDS's own.
   *
   * @internal
   */
  public readonly _name: EngineName;

  /** RDS's name of the engine: `mysql`, `aurora-mysql`, `postgres` or `aurora-postgresql`. */
  public readonly name: string;

  /** The version as it was given. */
  public readonly version: string;

  private constructor(name: EngineName, version: string) {
    assertVersion(name, version);
    this._name = name;
    this.name = name;
    this.version = version;
  }

  /** What it speaks. */
  public get family(): DatabaseEngineFamily {
    return this._name === 'mysql' || this._name === 'aurora-mysql'
      ? DatabaseEngineFamily.MYSQL
      : DatabaseEngineFamily.POSTGRES;
  }

  /** Whether it runs in Aurora clusters. */
  public get isAurora(): boolean {
    return this._name === 'aurora-mysql' || this._name === 'aurora-postgresql';
  }

  /**
   * The major version of the MySQL or PostgreSQL that it is or is compatible with: `5.7`, `8.0`, `8.4`, `16`, `9.6`.
   * Undefined where the version is a token.
   */
  public get majorVersion(): string | undefined {
    return majorOf(this._name, this.version);
  }
}
