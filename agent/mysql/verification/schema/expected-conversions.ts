import type { Conversion } from '../../../../contract/database';
import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Effect, readDeclared } from '../../converting/declared-statement';
import { RefusedStatement } from '../../converting/statement-words';
import { type ColumnChange, columnsIn, DeclaredColumns } from '../declared-columns';
import type { Schema } from './schema';

/**
 * Blue's definitions as they are expected on a server that has its data by way of the converting replica: what was declared is
 * no difference where it is as declared, and neither where it has not been done yet. Everything else is one.
 */
export function withConversions(blue: Schema, other: Schema, conversions: readonly Conversion[]): Schema {
  const expected = new Expected(conversions, blue.definitions);
  const theirs = new Map(other.definitions.map((definition) => [definition.object, definition]));
  const mine = new Set(blue.definitions.map(({ object }) => object));
  const definitions = blue.definitions.flatMap((definition) => {
    const there = theirs.get(definition.object);
    if (there === undefined) return expected.isDropped(definition) ? [] : [definition];
    return [expected.table(definition, there)];
  });
  const added = other.definitions.filter((definition) => !mine.has(definition.object) && expected.isAdded(definition));
  const statements = new Map(
    [...blue.statements].map(([object, statement]): [string, string] => {
      const there = other.statements.get(object);
      const same = there !== undefined && expected.rest(object, statement) === expected.rest(object, there);
      return [object, same ? there : statement];
    }),
  );
  const notCovered = [...blue.notCovered, ...expected.uncompared(blue.definitions, theirs)];
  return { ...blue, definitions: [...definitions, ...added], statements, notCovered };
}

/** What of storage a conversion to InnoDB or to DYNAMIC changes besides the two. */
const STORAGE = /^(key_block_size|compression|page_compressed|page_compression_level)=/;
const STORAGE_CLAUSE = /\s(?:ENGINE|ROW_FORMAT|KEY_BLOCK_SIZE|COMPRESSION|`?PAGE_COMPRESSED`?)=(?:\w+|'[^']*')/gi;

const BLOCK_SIZE = /\s*KEY_BLOCK_SIZE ?= ?\d+/i;

class Expected {
  /** By `schema.table`. */
  private readonly effects = new Map<string, Effect[]>();
  private readonly columns: DeclaredColumns;

  constructor(
    conversions: readonly Conversion[],
    private readonly ofBlue: readonly Definition[],
  ) {
    this.columns = new DeclaredColumns(conversions);
    for (const conversion of conversions) {
      switch (conversion.kind) {
        case 'toInnoDb':
        case 'toDynamic':
          this.storage({ does: conversion.kind }, conversion.tables);
          break;
        case 'addIndex':
          this.on(conversion.table, {
            does: 'addIndex',
            name: conversion.name,
            unique: conversion.unique ?? false,
            parts: conversion.columns.map((column) => ({ column })),
          });
          break;
        case 'statements':
          for (const statement of conversion.statements) {
            const declared = readDeclared(statement, true);
            if (declared instanceof RefusedStatement) continue;
            for (const effect of declared.effects) this.on(declared.of, effect);
          }
      }
    }
  }

  /** The definition, with those of the other's aspects that were declared. */
  table(mine: Definition, theirs: Definition): Definition {
    if (mine.object.startsWith('column ')) return this.column(mine, theirs);
    const isIndex = mine.object.startsWith('index ');
    const effects = this.storageOf(isIndex ? (mine.of ?? '') : mine.object);
    if (effects.length === 0) return mine;
    const aspects = { ...mine.aspects };
    const take = (aspect: string, isExpected: (there: string) => boolean) => {
      const there = theirs.aspects[aspect];
      if (there !== undefined && aspect in aspects && isExpected(there)) aspects[aspect] = there;
    };
    // Servers write the block size that a table had into its indexes when it is taken from the table.
    if (isIndex) take('options', (there) => withoutBlockSize(there) === withoutBlockSize(mine.aspects.options ?? ''));
    if (isIndex) return { ...mine, aspects };
    if (effects.some(({ does }) => does === 'toInnoDb')) take('engine', (there) => there === 'InnoDB');
    take('row format', (there) => there === 'Dynamic');
    take('options', (there) => there === withoutStorage(mine.aspects.options ?? ''));
    return { ...mine, aspects };
  }

  isAdded(definition: Definition): boolean {
    const { object, of, aspects } = definition;
    if (this.isAlone(definition, ['addColumn', 'renameColumn'])) return true;
    if (this.changesOf(of).some(({ does }) => does === 'addPrimaryKey') && isIndex(object, of, 'PRIMARY')) return true;
    return this.indexesOf(of).some(
      (effect) =>
        effect.does === 'addIndex' &&
        isIndex(object, of, effect.name) &&
        /unique/i.test(aspects.kind ?? '') === effect.unique &&
        (effect.parts === undefined || folded(aspects.columns ?? '') === folded(partsOf(effect))),
    );
  }

  isDropped(definition: Definition): boolean {
    const { object, of } = definition;
    if (this.isAlone(definition, ['dropColumn', 'renameColumn'])) return true;
    return this.indexesOf(of).some((effect) => effect.does === 'dropIndex' && isIndex(object, of, effect.name));
  }

  /** Of SHOW CREATE TABLE, what was not declared. */
  rest(object: string, statement: string): string {
    const effects = this.storageOf(object);
    const names = this.indexesOf(object).map((effect) => ('name' in effect ? effect.name.toLowerCase() : ''));
    const changes = this.changesOf(object);
    if (effects.length === 0 && names.length === 0 && changes.length === 0) return statement;
    const columns = changes.flatMap(columnsIn).map((name) => name.toLowerCase());
    const hasKey = changes.some(({ does }) => does === 'addPrimaryKey');
    const lines = statement.split('\n').flatMap((line) => {
      const [, index] = /^\s*(?:UNIQUE |FULLTEXT |SPATIAL )?KEY `((?:[^`]|``)*)`/.exec(line) ?? [];
      if (index !== undefined && names.includes(index.replaceAll('``', '`').toLowerCase())) return [];
      const [, column] = /^\s*`((?:[^`]|``)*)`/.exec(line) ?? [];
      if (column !== undefined && columns.includes(column.replaceAll('``', '`').toLowerCase())) return [];
      if (hasKey && /^\s*PRIMARY KEY\b/.test(line)) return [];
      const kept = effects.length > 0 ? line.replace(line.startsWith(')') ? STORAGE_CLAUSE : BLOCK_SIZE, '') : line;
      return [(hasKey ? kept.replace(/ (?:NOT NULL|DEFAULT NULL)\b/g, '') : kept).replace(/,$/, '')];
    });
    return lines.join('\n');
  }

  /** What a statement names is as it has made it; what it does not name is another column's business. */
  private column(mine: Definition, theirs: Definition): Definition {
    const changes = this.changesOf(mine.of);
    const named = changes.flatMap(columnsIn);
    if (named.some((name) => isColumn(mine, name))) return { ...mine, aspects: theirs.aspects };
    const aspects = { ...mine.aspects };
    const take = (aspect: string) => {
      const there = theirs.aspects[aspect];
      if (there !== undefined) aspects[aspect] = there;
    };
    const neighbours = [mine.aspects.after, theirs.aspects.after].map((name) => name?.toLowerCase());
    if (named.some((name) => neighbours.includes(name.toLowerCase()))) take('after');
    const hasKey = changes.some(({ does }) => does === 'addPrimaryKey');
    if (hasKey && theirs.aspects.nullable === 'NO') for (const aspect of ['nullable', 'default']) take(aspect);
    return { ...mine, aspects };
  }

  /** Columns whose definitions are not the same, as it was declared: what exactly they were to be is not known. */
  uncompared(mine: readonly Definition[], theirs: ReadonlyMap<string, Definition>): Schema['notCovered'] {
    return mine.flatMap((definition) => {
      const { object, of, aspects } = definition;
      if (
        !this.changesOf(of)
          .flatMap(columnsIn)
          .some((name) => isColumn(definition, name))
      )
        return [];
      if (JSON.stringify(theirs.get(object)?.aspects) === JSON.stringify(aspects)) return [];
      return [{ object, reason: 'is changed by a conversion, and its definition is not compared' }];
    });
  }

  private isAlone(definition: Definition, how: readonly ColumnChange['does'][]): boolean {
    return this.changesOf(definition.of).some(
      (change) => how.includes(change.does) && columnsIn(change).some((name) => isColumn(definition, name)),
    );
  }

  private changesOf(table: string | undefined): readonly ColumnChange[] {
    return this.columns.of(nameIn(table ?? ''));
  }

  private storage(effect: Effect, tables: readonly string[] | undefined): void {
    const meant = this.ofBlue.filter((definition) => isMeant(effect, definition)).map(({ object }) => nameIn(object));
    for (const of of tables ?? meant) this.on(of, effect);
  }

  private on(of: string, effect: Effect): void {
    this.effects.set(of, [...(this.effects.get(of) ?? []), effect]);
  }

  private storageOf(object: string): readonly Effect[] {
    if (!object.startsWith('table ')) return [];
    const own = this.effects.get(nameIn(object)) ?? [];
    return own.filter(({ does }) => does === 'toInnoDb' || does === 'toDynamic');
  }

  private indexesOf(table: string | undefined): readonly Effect[] {
    const own = this.effects.get(nameIn(table ?? '')) ?? [];
    return own.filter(({ does }) => does === 'addIndex' || does === 'dropIndex');
  }
}

/** Where no table is named: those that are not so on blue. */
function isMeant({ does }: Effect, { object, aspects }: Definition): boolean {
  if (!object.startsWith('table ')) return false;
  if (does === 'toInnoDb') return aspects.engine !== 'InnoDB';
  return (
    aspects['row format'] === 'Compressed' || (aspects.options ?? '').split(' ').some((word) => STORAGE.test(word))
  );
}

/** `schema.table` of `table schema.table`. */
function nameIn(object: string): string {
  return object.replace(/^table /, '');
}

function isColumn({ object, of }: Pick<Definition, 'object' | 'of'>, name: string): boolean {
  return object.toLowerCase() === `column ${nameIn(of ?? '')}.${objectName(name)}`.toLowerCase();
}

function isIndex(object: string, of: string | undefined, name: string): boolean {
  const table = nameIn(of ?? '');
  return object.toLowerCase() === `index ${table}.${objectName(name)}`.toLowerCase();
}

function withoutBlockSize(options: string): string {
  return options.replace(BLOCK_SIZE, '').trim();
}

function withoutStorage(options: string): string {
  return options
    .split(' ')
    .filter((word) => !STORAGE.test(word))
    .join(' ');
}

function partsOf({ parts = [] }: Extract<Effect, { does: 'addIndex' }>): string {
  return parts.map(({ column, length }) => (length === undefined ? column : `${column}(${length})`)).join(',');
}

/** However a server writes it. */
function folded(columns: string): string {
  return columns.replaceAll(/[`\s]/g, '').toLowerCase();
}
