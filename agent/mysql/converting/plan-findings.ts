import type { Finding } from '../../../contract/common';
import type { DeclaredStatement } from './declared-statement';
import type { ConvertibleTable } from './tables';

/** Engines whose rows a conversion takes over as they are. Of others a table is a view, a link, or nothing. */
const CONVERTIBLE = /^(MyISAM|Aria|MEMORY|CSV|ARCHIVE)$/i;

/** Why InnoDB does not take a table's rows. */
export function reasonNotToConvert(
  table: ConvertibleTable,
): { readonly is: string; readonly remedy: string } | undefined {
  const { of, engine, autoIncrement, indexes } = table;
  if (!CONVERTIBLE.test(engine)) {
    const is = engine === '' ? 'cannot be opened by the server' : `is of ${engine}, whose rows are not its own`;
    return { is, remedy: `Name the tables of toInnoDb without ${of}, and see on blue whether anybody needs it.` };
  }
  if (autoIncrement === undefined) return undefined;
  const leads = [...indexes.values()].some(
    ({ parts }) => parts[0]?.column.toLowerCase() === autoIncrement.toLowerCase(),
  );
  if (leads) return undefined;
  return {
    is: `numbers its rows by ${autoIncrement}, which begins no index: InnoDB refuses that, and would number by other groups`,
    remedy: `Decide how rows of ${of} are to be numbered, change blue and what writes there, and begin again; or leave ${of} out, and RDS cannot make green of it.`,
  };
}

export function fullTextDiffers({ of, engine, indexes }: ConvertibleTable): readonly Finding[] {
  const names = [...indexes].filter(([, { type }]) => type === 'FULLTEXT').map(([name]) => name);
  if (names.length === 0) return [];
  return [
    {
      id: `mysql.conversion-fulltext: ${of}`,
      severity: 'warning',
      message: `${of} has FULLTEXT indexes (${names.join(', ')}): InnoDB leaves out other words than ${engine} (innodb_ft_min_token_size, its own stopwords) and ranks otherwise, so that searches give other rows.`,
      remedy:
        'Set ft_min_word_len and innodb_ft_min_token_size alike before, and compare what searches give with smoke queries.',
    },
  ];
}

export function uniqueIndex({ of }: ConvertibleTable, name: string): Finding {
  return {
    id: `mysql.conversion-unique: ${of}.${name}`,
    severity: 'warning',
    message: `addIndex ${of}.${name} is unique on the converting replica and not on blue: a row that blue accepts and it does not stops its replication, and with it green's.`,
    remedy: `Make sure that no client writes two such rows to ${of}; or make the index not unique.`,
  };
}

export function columnsChange(id: string, { of }: DeclaredStatement): Finding {
  return {
    id: `mysql.conversion-columns: ${id}`,
    severity: 'warning',
    message: `${id} changes columns of ${of}: their definitions are not compared, nor the values of a column that one side alone has. A row that does not fit stops the replication: blue's to green before the switch, and green's to blue after it.`,
    remedy:
      'Rehearse it on a copy. Where a column gets another type, set slave_type_conversions (MySQL 8.4: replica_type_conversions) to ALL_NON_LOSSY in the parameters of the converting replica. A change of columns that can wait is made on green after the switch.',
  };
}
