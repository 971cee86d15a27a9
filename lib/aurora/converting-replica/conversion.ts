import type { Conversion as ConversionConfiguration } from '../../../contract/database';
import { assertTold } from '../../cutover/validations/stated';
import { assertColumns, assertIndexName, assertStatements, assertTable, assertTables } from './conversion-check';

/** Which tables a conversion is of. */
export interface ConvertedTables {
  /**
   * Each as `schema.table`, as it is spelt in the database.
   *
   * @default - all that are not so yet
   */
  readonly tables?: string[];
}

/** An index that green is to have, and blue has not. */
export interface AddedIndex {
  /** `schema.table`. */
  readonly table: string;

  /** Its name: one that no index of the table has. */
  readonly name: string;

  /** Its columns, in order. */
  readonly columns: string[];

  /**
   * Whether no two rows may have the same. Rows that do already, or that blue gets later, stop the conversion or the
   * replication.
   *
   * @default false
   */
  readonly unique?: boolean;
}

/** Options of Conversion.statements. */
export interface ConversionStatementsOptions {
  /**
   * Whether columns may be added, dropped or changed. Blue's changes are applied by the position of the columns, and the
   * rollback replays green's on a blue that has the old ones: know what that does before you say so.
   *
   * @default false
   */
  readonly changesColumns?: boolean;
}

/** What a converting replica is to hold otherwise than blue does: the storage of its tables, or its indexes. */
export class Conversion {
  /** Tables of another engine, such as MyISAM, become InnoDB: Aurora has no other. */
  public static toInnoDb(of: ConvertedTables = {}): Conversion {
    assertTold('Conversion.toInnoDb', { of });
    assertTables('toInnoDb', of.tables);
    return new Conversion({ kind: 'toInnoDb', ...tablesOf(of) });
  }

  /** Compressed tables get the row format DYNAMIC: Aurora has no compressed ones. Named tables of other formats do too. */
  public static toDynamic(of: ConvertedTables = {}): Conversion {
    assertTold('Conversion.toDynamic', { of });
    assertTables('toDynamic', of.tables);
    return new Conversion({ kind: 'toDynamic', ...tablesOf(of) });
  }

  /** An index that green is to have. */
  public static addIndex(index: AddedIndex): Conversion {
    assertTold('Conversion.addIndex', { index });
    const { table, name, columns, unique } = index;
    assertTable('addIndex', table);
    assertIndexName(name);
    assertColumns(columns);
    return new Conversion({ kind: 'addIndex', table, name, columns, ...(unique !== undefined && { unique }) });
  }

  /**
   * `ALTER TABLE`, `CREATE INDEX` and `DROP INDEX` of your own, of one table each, which is named with its schema. They are
   * performed in order, and each must tell by the table whether it is done.
   *
   * @param statements the statements, without semicolons
   * @param options whether columns may change
   * @throws for any other statement; for what Aurora would undo; for what changes columns, unless that is said
   */
  public static statements(statements: string[], options: ConversionStatementsOptions = {}): Conversion {
    assertTold('Conversion.statements', { statements, options });
    assertStatements(statements, options.changesColumns === true);
    return new Conversion({
      kind: 'statements',
      statements,
      ...(options.changesColumns !== undefined && { changesColumns: options.changesColumns }),
    });
  }

  private constructor(
    /** @internal */
    public readonly _configuration: ConversionConfiguration,
  ) {}
}

function tablesOf({ tables }: ConvertedTables): ConvertedTables {
  return tables === undefined ? {} : { tables };
}
