import type { Finding, Severity } from '../../contract';
import type { DatabaseStrategy } from '../../database-contract';
import { nameSome } from '../../naming';
import type { Survey } from './survey';
import type { SurveyedTable } from './surveyed-tables';

const mostNamed = 5;

/** Tables that a replica cannot hold as they are, or cannot keep up with. */
export function checkTables({ args, from, toEndpoint }: Survey): readonly Finding[] {
  const toAurora = toEndpoint.engine === 'aurora-mysql';
  return [
    ...found(
      from.tables.filter(({ engine }) => engine !== '' && engine !== 'InnoDB'),
      (tables) => ({
        id: 'mysql.not-innodb',
        severity: converts(args.strategy),
        message: `${from.where} has tables of other engines than InnoDB: ${named(tables, ({ engine }) => engine)}. Their writes are not transactions, and Aurora has only InnoDB.`,
        remedy: each(tables, (name) => `ALTER TABLE ${name} ENGINE=InnoDB;`),
      }),
    ),
    ...found(
      from.tables.filter(({ rowFormat }) => toAurora && rowFormat === 'COMPRESSED'),
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
