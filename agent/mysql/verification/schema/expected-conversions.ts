import type { Conversion } from '../../../database-contract';
import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Effect, RefusedStatement, readDeclared } from '../../converting/declared-statement';
import type { Schema } from './schema';

/**
 * Blue's definitions as they are expected on whoever has its data by way of the converting replica: what was declared is
 * no difference where it is as declared, and neither where it has not been done yet. Everything else is one.
 */
export function withConversions(blue: Schema, other: Schema, conversions: readonly Conversion[]): Schema {
  const expected = new Expected(conversions);
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
  return { ...blue, definitions: [...definitions, ...added], statements };
}

/** What of storage a conversion to InnoDB or to DYNAMIC changes besides the two. */
const STORAGE = /^(key_block_size|compression|page_compressed|page_compression_level)=/;
const STORAGE_CLAUSE = /\s(?:ENGINE|ROW_FORMAT|KEY_BLOCK_SIZE|COMPRESSION|`?PAGE_COMPRESSED`?)=(?:\w+|'[^']*')/gi;

class Expected {
  /** By `schema.table`. */
  private readonly effects = new Map<string, Effect[]>();
  private readonly everywhere: Effect[] = [];

  constructor(conversions: readonly Conversion[]) {
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
            // Columns are differences, whoever meant them.
            const declared = readDeclared(statement, true);
            if (declared instanceof RefusedStatement) continue;
            for (const effect of declared.effects) this.on(declared.of, effect);
          }
      }
    }
  }

  /** The definition, with those of the other's aspects that were declared. */
  table(mine: Definition, theirs: Definition): Definition {
    const effects = this.storageOf(mine.object);
    if (effects.length === 0) return mine;
    const aspects = { ...mine.aspects };
    const take = (aspect: string, isExpected: (there: string) => boolean) => {
      const there = theirs.aspects[aspect];
      if (there !== undefined && aspect in aspects && isExpected(there)) aspects[aspect] = there;
    };
    if (effects.some(({ does }) => does === 'toInnoDb')) take('engine', (there) => there === 'InnoDB');
    take('row format', (there) => there === 'Dynamic');
    take('options', (there) => there === withoutStorage(mine.aspects.options ?? ''));
    return { ...mine, aspects };
  }

  isAdded({ object, of, aspects }: Definition): boolean {
    return this.indexesOf(of).some(
      (effect) =>
        effect.does === 'addIndex' &&
        isIndex(object, of, effect.name) &&
        /unique/i.test(aspects.kind ?? '') === effect.unique &&
        (effect.parts === undefined || folded(aspects.columns ?? '') === folded(partsOf(effect))),
    );
  }

  isDropped({ object, of }: Definition): boolean {
    return this.indexesOf(of).some((effect) => effect.does === 'dropIndex' && isIndex(object, of, effect.name));
  }

  /** Of SHOW CREATE TABLE, what was not declared. */
  rest(object: string, statement: string): string {
    const effects = this.storageOf(object);
    const names = this.indexesOf(object).map((effect) => ('name' in effect ? effect.name.toLowerCase() : ''));
    if (effects.length === 0 && names.length === 0) return statement;
    const lines = statement.split('\n').flatMap((line) => {
      const [, index] = /^\s*(?:UNIQUE |FULLTEXT |SPATIAL )?KEY `((?:[^`]|``)*)`/.exec(line) ?? [];
      if (index !== undefined && names.includes(index.replaceAll('``', '`').toLowerCase())) return [];
      const kept = effects.length > 0 && line.startsWith(')') ? line.replace(STORAGE_CLAUSE, '') : line;
      return [kept.replace(/,$/, '')];
    });
    return lines.join('\n');
  }

  private storage(effect: Effect, tables: readonly string[] | undefined): void {
    if (tables === undefined) this.everywhere.push(effect);
    for (const of of tables ?? []) this.on(of, effect);
  }

  private on(of: string, effect: Effect): void {
    this.effects.set(of, [...(this.effects.get(of) ?? []), effect]);
  }

  private storageOf(object: string): readonly Effect[] {
    if (!object.startsWith('table ')) return [];
    const own = this.effects.get(object.slice('table '.length)) ?? [];
    return [...this.everywhere, ...own].filter(({ does }) => does === 'toInnoDb' || does === 'toDynamic');
  }

  private indexesOf(table: string | undefined): readonly Effect[] {
    const own = this.effects.get(table?.slice('table '.length) ?? '') ?? [];
    return own.filter(({ does }) => does === 'addIndex' || does === 'dropIndex');
  }
}

function isIndex(object: string, of: string | undefined, name: string): boolean {
  const table = of?.slice('table '.length) ?? '';
  return object.toLowerCase() === `index ${table}.${objectName(name)}`.toLowerCase();
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
