import { Token } from 'aws-cdk-lib';
import type { Conversion as ConversionConfiguration } from '../../../contract/database';
import { ValidationError } from '../../validation-error';

/** What the engine keeps for itself. */
const SYSTEM_SCHEMAS = ['mysql', 'sys', 'performance_schema', 'information_schema'];

export function assertTables(kind: string, tables: readonly string[] | undefined): void {
  if (tables === undefined || Token.isUnresolved(tables)) return;
  if (tables.length === 0) {
    throw new ValidationError(
      `${kind}: got no tables; accepted are some, or none stated, which means all. Leave tables out.`,
    );
  }
  for (const table of tables) assertTable(kind, table);
}

export function assertTable(kind: string, table: string): void {
  if (Token.isUnresolved(table)) return;
  const [schema = '', name = '', ...more] = table.split('.');
  if (schema === '' || name === '' || more.length > 0 || /[`\s]/.test(table)) {
    throw new ValidationError(
      `${kind}: got the table '${table}'; accepted is SCHEMA.TABLE, such as 'shop.orders', without quotes.`,
    );
  }
  if (!SYSTEM_SCHEMAS.includes(schema.toLowerCase())) return;
  throw new ValidationError(`${kind}: got the table '${table}', which is the engine's own. State tables of yours.`);
}

export function assertIndexName(name: string): void {
  if (Token.isUnresolved(name) || (/^[^`\s]{1,64}$/.test(name) && name.toUpperCase() !== 'PRIMARY')) return;
  throw new ValidationError(
    `addIndex: got the name '${name}'; accepted are 1 to 64 characters without blanks and quotes, and not PRIMARY. A primary key changes what is compared: add it on blue.`,
  );
}

export function assertColumns(columns: readonly string[]): void {
  if (Token.isUnresolved(columns)) return;
  const wrong = columns.find((column) => !Token.isUnresolved(column) && !/^[^`\s().,]+$/.test(column));
  if (columns.length > 0 && columns.length <= 16 && wrong === undefined) return;
  const got = wrong === undefined ? `${columns.length} columns` : `the column '${wrong}'`;
  throw new ValidationError(
    `addIndex: got ${got}; accepted are the names of 1 to 16 columns. For an index of a prefix or an expression, use Conversion.statements(['CREATE INDEX …']).`,
  );
}

/** What tells of one table only, by `schema.table`, and is read off the table afterwards. */
const ACCEPTED =
  /^(?:ALTER\s+TABLE|CREATE\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?INDEX\s+\S+\s+ON|DROP\s+INDEX\s+\S+\s+ON)\s+(`[^`]+`|[^\s`.(]+)\s*\.\s*(`[^`]+`|[^\s`.(]+)/i;

/** What Aurora has not, and makes InnoDB or DYNAMIC of. */
const UNDONE_BY_AURORA =
  /\bENGINE\s*=?\s*'?(?!InnoDB\b)(\w+)|\bROW_FORMAT\s*=?\s*'?(COMPRESSED)\b|\b(KEY_BLOCK_SIZE)\b|\bCOMPRESSION\s*=\s*'(zlib|lz4)'/i;

/** Whatever of ALTER TABLE is of a column, or may be: the word COLUMN may be left out. */
const CHANGES_COLUMNS =
  /\b(?:MODIFY|CHANGE)\b|\bADD\s+(?!(?:UNIQUE|FULLTEXT|SPATIAL)?\s*(?:INDEX|KEY)\b|UNIQUE\b|FULLTEXT\b|SPATIAL\b|CONSTRAINT\b|FOREIGN\b|CHECK\b|PRIMARY\b|PARTITION\b)|\bDROP\s+(?!INDEX\b|KEY\b|FOREIGN\b|CONSTRAINT\b|CHECK\b|PRIMARY\b|PARTITION\b)|\bALTER\s+(?!TABLE\b|INDEX\b|CHECK\b|CONSTRAINT\b)|\bRENAME\s+COLUMN\b|\bCONVERT\s+TO\b/i;

export function assertStatements(statements: readonly string[], changesColumns: boolean): void {
  if (Token.isUnresolved(statements)) return;
  if (statements.length === 0)
    throw new ValidationError('statements: got none; accepted is one at least. Leave the conversion out.');
  for (const statement of statements) {
    if (!Token.isUnresolved(statement)) assertStatement(statement.trim(), changesColumns);
  }
}

function assertStatement(statement: string, changesColumns: boolean): void {
  const said = statement.length > 80 ? `${statement.slice(0, 80)}…` : statement;
  // What stands in quotes is no keyword.
  const bare = statement.replaceAll(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/g, (text) =>
    /^['"](?:zlib|lz4|\w*)['"]$/i.test(text) ? text : "''",
  );
  if (bare.includes(';')) {
    throw new ValidationError(
      `statements: got '${said}' with a semicolon; accepted is one statement in each. Split it.`,
    );
  }
  if (!ACCEPTED.test(bare)) {
    throw new ValidationError(
      `statements: got '${said}'; accepted are ALTER TABLE, CREATE INDEX and DROP INDEX of a table named SCHEMA.TABLE. Data is changed on blue, by nobody else.`,
    );
  }
  const rest = withoutTarget(bare);
  if (/\bRENAME\s+(?!COLUMN\b|INDEX\b|KEY\b)/i.test(rest)) {
    throw new ValidationError(
      `statements: got '${said}', which renames the table; blue's changes would find it no more. Rename it after the migration.`,
    );
  }
  const undone = UNDONE_BY_AURORA.exec(rest);
  if (undone !== null) {
    throw new ValidationError(
      `statements: got '${said}'; Aurora has no ${undone.slice(1).find((each) => each !== undefined)}, and would undo it. Accepted are ENGINE=InnoDB and the row formats DYNAMIC, COMPACT and REDUNDANT.`,
    );
  }
  if (changesColumns || !/^ALTER/i.test(bare) || !CHANGES_COLUMNS.test(rest)) return;
  throw new ValidationError(
    `statements: got '${said}', which changes columns; blue's changes, and green's in a rollback, are applied by their position. Accepted are indexes, engine and row format; or say changesColumns: true.`,
  );
}

/** Behind the name of the table, without what backquotes hold: a table may be called anything. */
function withoutTarget(statement: string): string {
  return statement.replace(ACCEPTED, '').replaceAll(/`[^`]*`/g, '``');
}

/** One index twice would fail in the middle of a night's work. */
export function assertDistinct(conversions: readonly ConversionConfiguration[]): void {
  const seen = new Set<string>();
  for (const conversion of conversions) {
    const name =
      conversion.kind === 'addIndex'
        ? `addIndex ${conversion.table} ${conversion.name}`
        : conversion.kind === 'statements'
          ? undefined
          : `${conversion.kind} ${conversion.tables?.join(', ') ?? 'of all tables'}`;
    if (name === undefined) continue;
    if (seen.has(name.toLowerCase()))
      throw new ValidationError(`conversions: got ${name} twice; accepted is each once. Leave one out.`);
    seen.add(name.toLowerCase());
  }
}
