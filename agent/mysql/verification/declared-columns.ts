import type { Conversion } from '../../../contract/database';
import { type Effect, readDeclared } from '../converting/declared-statement';
import { RefusedStatement } from '../converting/statement-words';

/** One thing that a statement of the conversions does to the columns of its table. */
export type ColumnChange = Extract<
  Effect,
  { readonly does: 'addColumn' | 'dropColumn' | 'renameColumn' | 'modifyColumn' | 'addPrimaryKey' }
>;

/** Columns that blue has otherwise than what its data comes to by way of the converting replica, as it was declared. */
export class DeclaredColumns {
  /** By `schema.table`. */
  private readonly changes = new Map<string, ColumnChange[]>();

  constructor(conversions: readonly Conversion[]) {
    for (const conversion of conversions) {
      if (conversion.kind !== 'statements' || conversion.changesColumns !== true) continue;
      for (const statement of conversion.statements) {
        const declared = readDeclared(statement, true);
        if (declared instanceof RefusedStatement) continue;
        const changes = declared.effects.filter((effect) => isColumnChange(effect));
        this.changes.set(declared.of, [...this.of(declared.of), ...changes]);
      }
    }
  }

  /** @param table `schema.table` */
  of(table: string): readonly ColumnChange[] {
    return this.changes.get(table) ?? [];
  }

  /** Whether one side alone is to have it. */
  isAlone(table: string, column: string): boolean {
    return this.of(table).some(
      (change) => (change.does === 'addColumn' || change.does === 'dropColumn') && isSame(change.name, column),
    );
  }

  /** What the other side is to call it; the column itself where it has one name. */
  nameOnOther(table: string, column: string): string {
    for (const change of this.of(table)) {
      if (change.does !== 'renameColumn') continue;
      if (isSame(change.from, column)) return change.to;
      if (isSame(change.to, column)) return change.from;
    }
    return column;
  }
}

/** The columns that it names. */
export function columnsIn(change: ColumnChange): readonly string[] {
  if (change.does === 'addPrimaryKey') return [];
  return change.does === 'renameColumn' ? [change.from, change.to] : [change.name];
}

function isColumnChange(effect: Effect): effect is ColumnChange {
  return /Column$|PrimaryKey$/.test(effect.does);
}

/** Names of columns are the same in any case. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
