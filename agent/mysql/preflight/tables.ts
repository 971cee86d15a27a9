import type { Finding, Severity } from '../../../contract/common';
import type { DatabaseStrategy } from '../../../contract/database';
import { nameSome } from '../../naming';
import type { Survey, SurveyedSide } from './survey';
import type { SurveyedTable } from './surveyed-tables';

const mostNamed = 5;

/** Tables that a replica cannot hold as they are, or cannot keep up with. */
export function checkTables({ args, from, toEndpoint, converting }: Survey): readonly Finding[] {
  const toAurora = toEndpoint.engine === 'aurora-mysql';
  const otherEngine = from.tables.filter(({ engine }) => engine !== '' && engine !== 'InnoDB');
  return [
    ...found(converting === undefined ? [] : otherEngine, (tables) => rollbackToOtherEngine(from, tables)),
    ...found(converting === undefined ? otherEngine : [], (tables) => ({
      id: 'mysql.not-innodb',
      severity: converts(args.strategy),
      message: `${from.where} has tables of other engines than InnoDB: ${named(tables, ({ engine }) => engine)}. Their writes are not transactions, and Aurora has only InnoDB.`,
      remedy: each(tables, (name) => `ALTER TABLE ${name} ENGINE=InnoDB;`),
    })),
    ...found(
      from.tables.filter(({ rowFormat }) => toAurora && converting === undefined && rowFormat === 'COMPRESSED'),
      (tables) => ({
        id: 'mysql.compressed-tables',
        severity: converts(args.strategy),
        message: `${from.where} has compressed tables, which Aurora cannot hold and which grow when they are converted: ${named(tables)}.`,
        remedy: each(tables, (name) => `ALTER TABLE ${name} ROW_FORMAT=DYNAMIC;`),
      }),
    ),
    ...found(
      from.tables.filter(({ hasPrimaryKey }) => !hasPrimaryKey),
      (tables) => ({
        id: 'mysql.no-primary-key',
        severity: 'warning',
        message: `${from.where} has tables without a primary key: ${named(tables)}. A replica looks through all of one for each changed row, and their rows cannot be compared by chunks.`,
        remedy: each(tables, (name) => `ALTER TABLE ${name} ADD COLUMN id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY;`),
      }),
    ),
  ];
}

/** Blue keeps them as they are, and follows green by them once clients have gone back to it, or might. */
function rollbackToOtherEngine({ where }: SurveyedSide, tables: readonly SurveyedTable[]): Finding {
  return {
    id: 'mysql.rollback-not-atomic',
    severity: 'warning',
    message: `${where} keeps tables that are not transactional, and has to take what clients write on green: ${named(tables, ({ engine }) => engine)}. A transaction is not atomic there: one that is cut off in the middle, by a restart or an error of the replication, stays half done, and its replication stops on it when it is tried again.`,
    remedy:
      'Know it before going back: should blue stop in the middle of a transaction, it must be compared in full (mysql.verify) before clients return. Or convert these tables on blue, too.',
  };
}

/** RDS converts tables as it makes the replica, given space for it; nobody does so elsewhere. */
function converts(strategy: DatabaseStrategy): Severity {
  return strategy === 'promoteReplica' ? 'warning' : 'error';
}

function found(
  tables: readonly SurveyedTable[],
  finding: (tables: readonly SurveyedTable[]) => Finding,
): readonly Finding[] {
  const bySize = [...tables].sort((one, other) => other.bytes - one.bytes);
  return bySize.length === 0 ? [] : [finding(bySize)];
}

/** The largest, with their sizes. */
function named(tables: readonly SurveyedTable[], more?: (table: SurveyedTable) => string): string {
  const names = tables.map((table) => {
    const details = [...(more === undefined ? [] : [more(table)]), mebibytes(table.bytes)];
    return `${table.name} (${details.join(', ')})`;
  });
  return nameSome(names, mostNamed);
}

function each(tables: readonly SurveyedTable[], statement: (name: string) => string): string {
  const statements = tables.slice(0, mostNamed).map(({ quoted }) => statement(quoted));
  return statements.join(' ');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0)} MiB`;
}
