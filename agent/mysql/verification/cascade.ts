import { objectName } from '../../sql/object-name';
import type { RawRow } from '../binlog/rows-event';
import { figure, type Row, text } from '../result-row';
import type { Session } from '../session';

/** A foreign key by which a change of a table's rows changes another's, inside the engine. */
export interface Cascade {
  /** The table that is changed with it, as it is reported. */
  readonly to: string;
  /** Places of the columns that it refers to, from 0. */
  readonly places: readonly number[];
  readonly onDelete: boolean;
  readonly onUpdate: boolean;
}

/** Whether it changes anything else that this row was. @param wanted places of the values that the row has */
export function isReachedBy(
  { places, onDelete, onUpdate }: Cascade,
  { before, after }: RawRow,
  wanted: readonly number[],
): boolean {
  if (before === undefined) return false;
  if (after === undefined) return onDelete;
  return (
    onUpdate &&
    places.some((place) => {
      const [was, is] = [before[wanted.indexOf(place)], after[wanted.indexOf(place)]];
      return was === undefined || is === undefined ? was !== is : !was.equals(is);
    })
  );
}

/** By the table that they begin at. None where the server logs what they change, as MySQL does from 9.6 on. */
export async function readCascades(session: Session): Promise<ReadonlyMap<string, readonly Cascade[]>> {
  const cascades = new Map<string, Cascade[]>();
  if (await areLogged(session)) return cascades;
  for (const parts of byConstraint(await session.query(foreignKeys))) {
    const [first] = parts;
    const parent = objectName(text(first, 'parent_schema'), text(first, 'parent'));
    const found = cascades.get(parent) ?? [];
    cascades.set(parent, found);
    found.push({
      to: objectName(text(first, 'child_schema'), text(first, 'child')),
      places: parts.map((part) => (figure(part, 'place') ?? 0) - 1),
      onDelete: changesRows.test(text(first, 'on_delete')),
      onUpdate: changesRows.test(text(first, 'on_update')),
    });
  }
  return cascades;
}

/** @see https://dev.mysql.com/doc/refman/9.6/en/replication-features-foreign-keys.html */
async function areLogged(session: Session): Promise<boolean> {
  if (session.dialect.mariadb || !session.dialect.atLeast(9, 6)) return false;
  const row = await session.row("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'");
  return !/^(ON|1)$/.test(text(row, 'Value'));
}

const changesRows = /^(CASCADE|SET NULL|SET DEFAULT)$/;

const foreignKeys = `
  SELECT k.TABLE_SCHEMA AS child_schema, k.TABLE_NAME AS child, k.CONSTRAINT_NAME AS name,
    k.REFERENCED_TABLE_SCHEMA AS parent_schema, k.REFERENCED_TABLE_NAME AS parent, c.ORDINAL_POSITION AS place,
    r.DELETE_RULE AS on_delete, r.UPDATE_RULE AS on_update
  FROM information_schema.REFERENTIAL_CONSTRAINTS r
  JOIN information_schema.KEY_COLUMN_USAGE k
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND k.TABLE_NAME = r.TABLE_NAME
  JOIN information_schema.COLUMNS c
    ON c.TABLE_SCHEMA = k.REFERENCED_TABLE_SCHEMA AND c.TABLE_NAME = k.REFERENCED_TABLE_NAME
    AND c.COLUMN_NAME = k.REFERENCED_COLUMN_NAME
  WHERE NOT (r.DELETE_RULE IN ('RESTRICT', 'NO ACTION') AND r.UPDATE_RULE IN ('RESTRICT', 'NO ACTION'))`;

function byConstraint(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([text(row, 'child_schema'), text(row, 'child'), text(row, 'name')]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}
