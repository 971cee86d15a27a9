import type { DatabaseEngine as EngineName } from '../../../contract/database';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { supportEndOf } from './engine-lifecycle';
import { assertVersion, compareMajors, compareReleases, type EngineRelease, majorOf } from './engine-version';

/** The protocol and SQL that an engine speaks. */
export enum DatabaseEngineFamily {
  /** MySQL, and Aurora MySQL. */
  MYSQL = 'mysql',
  /** PostgreSQL, and Aurora PostgreSQL. */
  POSTGRES = 'postgres',
}

const SPOKEN: Readonly<Record<EngineName, string>> = {
  mysql: 'MySQL',
  'aurora-mysql': 'Aurora MySQL',
  postgres: 'PostgreSQL',
  'aurora-postgresql': 'Aurora PostgreSQL',
};

/**
 * A database's engine and its version, of Aurora or of RDS.
 *
 *     DatabaseEngine.mysql('5.7.44')
 *     DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0')
 */
export class DatabaseEngine {
  /**
   * Aurora MySQL.
   *
   * @param version as RDS spells it, behind the version of MySQL that it is compatible with:
   * `5.7.mysql_aurora.2.11.5`, `8.0.mysql_aurora.3.08.0`, `8.4.mysql_aurora.8.4.7`
   * @throws if it is not spelt so
   */
  public static auroraMysql(version: string): DatabaseEngine {
    assertTold('DatabaseEngine.auroraMysql', { version });
    return new DatabaseEngine('aurora-mysql', version);
  }

  /**
   * MySQL of RDS.
   *
   * @param version as RDS spells it: `5.7.44`, `8.0.39`, `5.7.44-rds.20240408`
   * @throws if it is not spelt so
   */
  public static mysql(version: string): DatabaseEngine {
    assertTold('DatabaseEngine.mysql', { version });
    return new DatabaseEngine('mysql', version);
  }

  /**
   * Aurora PostgreSQL.
   *
   * @param version as RDS spells it: `11.21`, `16.4`
   * @throws if it is not spelt so
   */
  public static auroraPostgres(version: string): DatabaseEngine {
    assertTold('DatabaseEngine.auroraPostgres', { version });
    return new DatabaseEngine('aurora-postgresql', version);
  }

  /**
   * PostgreSQL of RDS.
   *
   * @param version as RDS spells it: `16.4`, `9.6.24`, `11.22-rds.20240418`
   * @throws if it is not spelt so
   */
  public static postgres(version: string): DatabaseEngine {
    assertTold('DatabaseEngine.postgres', { version });
    return new DatabaseEngine('postgres', version);
  }

  /**
   * An engine by RDS's name of it.
   *
   * @throws if the name is none of the four, or the version is not spelt as RDS does
   *
   * @internal
   */
  public static _named(name: string, version: string): DatabaseEngine {
    if (isEngineName(name)) return new DatabaseEngine(name, version);
    throw new ValidationError(`Got engine '${name}'. Accepted are ${Object.keys(SPOKEN).join(', ')}.`);
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
    assertVersion({ name, version });
    this._name = name;
    this.name = name;
    this.version = version;
  }

  /** @internal */
  public get _release(): EngineRelease {
    return { name: this._name, version: this.version };
  }

  /** @internal */
  public get _defaultPort(): number {
    return this.family === DatabaseEngineFamily.MYSQL ? 3306 : 5432;
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
   * The major version of the MySQL or PostgreSQL that it is, or is compatible with: `5.7`, `8.0`, `8.4`, `9.6`, `16`.
   * Undefined where the version is a token.
   */
  public get majorVersion(): string | undefined {
    return majorOf(this._release);
  }

  /**
   * The family of its parameter groups: `mysql8.0`, `aurora-mysql8.0`, `postgres16`, `aurora-postgresql16`.
   *
   * @throws if the version is a token
   */
  public get parameterGroupFamily(): string {
    if (this.majorVersion === undefined) {
      throw new ValidationError(
        `The parameter group family of ${this} is not known, because its version is a token. Accepted is a version as ` +
          'literal text.',
      );
    }
    return `${this.name}${this.majorVersion}`;
  }

  /** The last day of AWS's standard support, `YYYY-MM-DD`; undefined where none is announced, or for a token. */
  public get standardSupportEnd(): string | undefined {
    return supportEndOf(this._release)?.standard;
  }

  /**
   * Whether both are, or are compatible with, the same major version of the same database: data and binary log of one
   * mean the same to the other. True where either version is a token.
   *
   * @param other another engine
   */
  public isSameMajorAs(other: DatabaseEngine): boolean {
    assertTold('DatabaseEngine.isSameMajorAs', { other });
    return this.family === other.family && compareMajors(this._release, other._release) === 0;
  }

  /**
   * Whether going from `other` to this engine is a step back: to a lower major version, or to a lower version of the
   * same engine. Versions are compared as far as both are stated; a token is below nothing. Engines of another family
   * are not compared.
   *
   * @param other the engine in use now
   */
  public isDowngradeFrom(other: DatabaseEngine): boolean {
    assertTold('DatabaseEngine.isDowngradeFrom', { other });
    if (this.family !== other.family) return false;
    const majors = compareMajors(this._release, other._release);
    if (majors !== 0 || this._name !== other._name) return majors < 0;
    return compareReleases(this._release, other._release) < 0;
  }

  /** `MySQL 5.7.44`, `Aurora MySQL 8.0.mysql_aurora.3.08.0`. */
  public toString(): string {
    return `${SPOKEN[this._name]} ${this.version}`;
  }
}

function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(SPOKEN, name);
}
