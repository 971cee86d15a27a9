import type { Finding } from '../../../contract/common';
import type { Conversion } from '../../../contract/database';
import { identifier } from '../verification/quoting';
import { readDeclared } from './declared-statement';
import { columnsChange, fullTextDiffers, reasonNotToConvert, uniqueIndex } from './plan-findings';
import { isInnoDb, stateOf } from './state-of-effect';
import { RefusedStatement } from './statement-words';
import type { ConvertibleTable, ConvertibleTables, IndexPart } from './tables';

/** A step before anybody knows how long it takes. */
export interface PlannedStep {
  readonly id: string;
  readonly table: ConvertibleTable;
  readonly statement: string;
  readonly freeBytesNeeded: number;
  readonly done: boolean;
  /** Steps of a kind take a time by size. */
  readonly kind: 'rebuild' | 'index';
  /** Of every table that there is, those that need nothing are not worth a line. */
  readonly listed: boolean;
  /** Whether it was done can be known only by a note of it. */
  readonly byNote: boolean;
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly findings: readonly Finding[];
}

/** Rows of InnoDB take two to three times what those of MyISAM take. */
const GROWTH_TO_INNODB = 3;
/** Where a table does not say how small its pages were made. */
const DEFAULT_KEY_BLOCK_KIB = 8;
const PAGE_KIB = 16;

/**
 * What the declared conversions amount to on this server, in their order. A step is one statement on one table; an engine
 * and a row format are one step, for both rebuild the table.
 *
 * @param noted whether a statement that leaves no trace has been run, by its text
 */
export function planOf(
  conversions: readonly Conversion[],
  tables: ConvertibleTables,
  noted: (statement: string) => boolean,
): Plan {
  const planning = new Planning(conversions, tables, noted);
  for (const conversion of conversions) planning.add(conversion);
  return planning;
}

class Planning implements Plan {
  readonly steps: PlannedStep[] = [];
  readonly findings: Finding[] = [];
  private statements = 0;

  constructor(
    private readonly conversions: readonly Conversion[],
    private readonly tables: ConvertibleTables,
    private readonly noted: (statement: string) => boolean,
  ) {}

  add(conversion: Conversion): void {
    switch (conversion.kind) {
      case 'toInnoDb':
        for (const table of this.chosen(conversion, () => true)) this.toInnoDb(table, conversion.tables !== undefined);
        break;
      case 'toDynamic':
        for (const table of this.chosen(conversion, isInnoDb)) this.toDynamic(table, conversion.tables !== undefined);
        break;
      case 'addIndex':
        this.addIndex(conversion);
        break;
      case 'statements':
        for (const statement of conversion.statements) this.statement(statement, conversion.changesColumns ?? false);
        break;
    }
  }

  private toInnoDb(table: ConvertibleTable, isNamed: boolean): void {
    const done = isInnoDb(table);
    if (!done) {
      const why = reasonNotToConvert(table);
      if (why !== undefined) {
        this.refuse('mysql.conversion-impossible', `toInnoDb ${table.of}`, `${table.of} ${why.is}`, why.remedy);
        return;
      }
      this.findings.push(...fullTextDiffers(table));
    }
    const clauses = `ENGINE=InnoDB, ROW_FORMAT=DYNAMIC${blockSize(table)}`;
    this.step({
      ...rebuilt('toInnoDb', table, clauses, table.bytes * GROWTH_TO_INNODB),
      done,
      listed: isNamed || !done,
    });
  }

  private toDynamic(table: ConvertibleTable, isNamed: boolean): void {
    if (!isInnoDb(table)) {
      if (this.isMadeInnoDb(table)) return;
      const is = `${table.of} is of ${table.engine || 'an unknown engine'}, whose row formats are others`;
      this.refuse('mysql.conversion-impossible', `toDynamic ${table.of}`, is, `Declare toInnoDb for ${table.of}.`);
      return;
    }
    const done = isNamed ? table.rowFormat === 'DYNAMIC' && !isCompressed(table) : !isCompressed(table);
    const pages = /\bcompression=/i.test(table.options) ? ", COMPRESSION='NONE'" : '';
    const mariadb = /\bpage_compressed=/i.test(table.options) ? ', PAGE_COMPRESSED=0' : '';
    const clauses = `ROW_FORMAT=DYNAMIC${blockSize(table)}${pages}${mariadb}`;
    this.step({ ...rebuilt('toDynamic', table, clauses, uncompressedBytes(table)), done, listed: isNamed || !done });
  }

  private addIndex({ table: of, name, columns, unique = false }: Extract<Conversion, { kind: 'addIndex' }>): void {
    const id = `addIndex ${of}.${name}`;
    const table = this.table(of, id);
    if (table === undefined) return;
    const parts = columns.map((column) => partOf(column, table));
    const effect = { does: 'addIndex', name, unique, parts } as const;
    const state = stateOf(effect, table);
    if (state.wrong !== undefined) {
      this.refuse('mysql.conversion-index-exists', id, state.wrong, otherIndex(table, name));
      return;
    }
    const missing = parts.filter(({ column }) => !table.columns.has(column.toLowerCase()));
    if (missing.length > 0) {
      const is = `${of} has no column ${missing.map(({ column }) => column).join(', ')}`;
      this.refuse('mysql.conversion-impossible', id, is, 'Correct the columns of the index in the app.');
      return;
    }
    if (unique && !state.done) this.findings.push(uniqueIndex(table, name));
    const list = parts.map(({ column, length }) => `${identifier(column)}${length === undefined ? '' : `(${length})`}`);
    this.step({
      id,
      table,
      statement: `ALTER TABLE ${table.quoted} ADD ${unique ? 'UNIQUE ' : ''}INDEX ${identifier(name)} (${list.join(', ')})`,
      freeBytesNeeded: isInnoDb(table) ? table.dataBytes : table.bytes * 2,
      done: state.done,
      kind: 'index',
      byNote: false,
      listed: true,
    });
  }

  private statement(statement: string, changesColumns: boolean): void {
    this.statements += 1;
    const declared = readDeclared(statement, changesColumns);
    if (declared instanceof RefusedStatement) {
      const is = `Statement ${this.statements} of the conversions ${declared.reason}`;
      const remedy = 'Change the statement in the app, or take it out and do it on green after the switch.';
      this.refuse('mysql.conversion-refused', `statement ${this.statements}`, is, remedy);
      return;
    }
    const id = `statement ${this.statements} ${declared.of}`;
    const table = this.table(declared.of, id);
    if (table === undefined) return;
    const states = declared.effects.map((effect) => stateOf(effect, table));
    const wrong = states.find((state) => state.wrong !== undefined)?.wrong;
    if (wrong !== undefined) {
      this.refuse(
        'mysql.conversion-index-exists',
        id,
        wrong,
        'Correct the statement in the app, or drop what is there.',
      );
      return;
    }
    const byNote = declared.effects.some(({ does }) => does === 'modifyColumn');
    const seen = states.filter((_, index) => declared.effects[index]?.does !== 'modifyColumn');
    const isDone = seen.every(({ done }) => done) && (!byNote || this.noted(statement));
    if (!isDone && seen.some(({ done }) => done)) {
      const is = `${id} is half done: some of what it does is so already on ${table.of}, so that it would fail`;
      this.refuse(
        'mysql.conversion-half-done',
        id,
        is,
        'State as statements of their own what is to be done one by one.',
      );
      return;
    }
    if (!isDone && changesColumns) this.findings.push(columnsChange(id, declared));
    this.step({
      id,
      table,
      statement,
      freeBytesNeeded: declared.effects.every(({ does }) => does === 'dropIndex') ? 0 : table.bytes * GROWTH_TO_INNODB,
      done: isDone,
      kind: declared.effects.every(({ does }) => /Index$/.test(does)) ? 'index' : 'rebuild',
      byNote,
      listed: true,
    });
  }

  private chosen(
    { kind, tables }: Extract<Conversion, { kind: 'toInnoDb' | 'toDynamic' }>,
    isMeant: (table: ConvertibleTable) => boolean,
  ): readonly ConvertibleTable[] {
    if (tables === undefined) return [...this.tables.values()].filter(isMeant);
    return tables.flatMap((of) => this.table(of, `${kind} ${of}`) ?? []);
  }

  private table(of: string, id: string): ConvertibleTable | undefined {
    const table = this.tables.get(of);
    if (table === undefined) {
      const is = `${id} is of ${of}, which is no table of the applications on the converting replica`;
      const remedy =
        "Correct it in the app; tables are schema.table, in the server's own letters, and neither the engine's own nor views.";
      this.refuse('mysql.conversion-impossible', id, is, remedy);
    }
    return table;
  }

  /** Whether another conversion makes it one, which makes it DYNAMIC too. */
  private isMadeInnoDb({ of }: ConvertibleTable): boolean {
    return this.conversions.some(
      (conversion) =>
        conversion.kind === 'toInnoDb' && (conversion.tables === undefined || conversion.tables.includes(of)),
    );
  }

  private step(step: PlannedStep): void {
    if (!this.steps.some(({ id }) => id === step.id)) this.steps.push(step);
  }

  private refuse(kind: string, id: string, is: string, remedy: string): void {
    const finding = { id: `${kind}: ${id}`, severity: 'error', message: `${is}.`, remedy } as const;
    if (!this.findings.some((found) => found.id === finding.id)) this.findings.push(finding);
  }
}

/** `name(10)`: the first ten characters; unless a column is called that. */
function partOf(column: string, { columns }: ConvertibleTable): IndexPart {
  const [, name, length] = /^(.+)\((\d+)\)$/.exec(column) ?? [];
  if (name === undefined || columns.has(column.toLowerCase())) return { column };
  return { column: name, length: Number(length) };
}

/** The row format, or the pages. @see docs/aws-facts.md#aurora-mysql-innodb-only */
function isCompressed({ rowFormat, options }: ConvertibleTable): boolean {
  return (
    rowFormat === 'COMPRESSED' ||
    /\bcompression=["'`]?(?!none\b)\w/i.test(options) ||
    /\bpage_compressed=["'`]?(1|on)\b/i.test(options)
  );
}

/** With a block size a table is compressed again, or refused. */
function blockSize({ options }: ConvertibleTable): string {
  return /\bkey_block_size=/i.test(options) ? ' KEY_BLOCK_SIZE=0' : '';
}

function uncompressedBytes({ bytes, options }: ConvertibleTable): number {
  const block = Number(/\bkey_block_size=(\d+)/i.exec(options)?.[1] ?? DEFAULT_KEY_BLOCK_KIB) || DEFAULT_KEY_BLOCK_KIB;
  return Math.ceil(bytes * Math.max(1, PAGE_KIB / block));
}

function rebuilt(what: string, table: ConvertibleTable, clauses: string, freeBytesNeeded: number): PlannedStep {
  return {
    id: `${what} ${table.of}`,
    table,
    statement: `ALTER TABLE ${table.quoted} ${clauses}`,
    freeBytesNeeded,
    done: false,
    kind: 'rebuild',
    byNote: false,
    listed: true,
  };
}

function otherIndex(table: ConvertibleTable, name: string): string {
  return `Give the index another name in the app, or on the converting replica: ALTER TABLE ${table.quoted} DROP INDEX ${identifier(name)};`;
}
