import type { Effect } from './declared-statement';
import type { ConvertibleTable, Index, IndexPart } from './tables';

/** What of an effect is there already; `wrong`: something else of its name is. */
export interface State {
  readonly done: boolean;
  readonly wrong?: string;
}

export function stateOf(effect: Effect, table: ConvertibleTable): State {
  switch (effect.does) {
    case 'addIndex':
      return stateOfIndex(effect, table);
    case 'dropIndex':
      return { done: !table.indexes.has(effect.name.toLowerCase()) };
    case 'toInnoDb':
      return { done: isInnoDb(table) };
    case 'toDynamic':
      return { done: isInnoDb(table) && table.rowFormat === 'DYNAMIC' };
    case 'addColumn':
      return { done: table.columns.has(effect.name.toLowerCase()) };
    case 'dropColumn':
      return { done: !table.columns.has(effect.name.toLowerCase()) };
    case 'renameColumn':
      return { done: table.columns.has(effect.to.toLowerCase()) && !table.columns.has(effect.from.toLowerCase()) };
    case 'addPrimaryKey':
      return { done: table.indexes.has('primary') };
    case 'modifyColumn':
      return { done: false };
  }
}

function stateOfIndex({ name, unique, parts }: Extract<Effect, { does: 'addIndex' }>, table: ConvertibleTable): State {
  const index = table.indexes.get(name.toLowerCase());
  if (index === undefined) return { done: false };
  if (parts === undefined || (index.unique === unique && sameParts(index.parts, parts))) return { done: true };
  const [is, wanted] = [described(index), described({ unique, parts })];
  return { done: false, wrong: `${table.of} has an index ${name} already, which is ${is} and was to be ${wanted}` };
}

function sameParts(one: readonly IndexPart[], other: readonly IndexPart[]): boolean {
  return (
    one.length === other.length &&
    one.every((part, index) => {
      const { column, length } = other[index] ?? { column: '' };
      return part.column.toLowerCase() === column.toLowerCase() && part.length === length;
    })
  );
}

function described({ unique, parts }: Pick<Index, 'unique' | 'parts'>): string {
  const list = parts.map(({ column, length }) => (length === undefined ? column : `${column}(${length})`));
  return `${unique ? 'unique ' : ''}over (${list.join(', ')})`;
}

export function isInnoDb({ engine }: Pick<ConvertibleTable, 'engine'>): boolean {
  return /^InnoDB$/i.test(engine);
}
