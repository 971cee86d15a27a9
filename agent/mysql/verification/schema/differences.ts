import type { DatabaseVerifyResult } from '../../../../contract/database';
import { compareDefinitions } from '../../../sql/compare-definitions';
import type { BothNames, Named } from '../../../sql/named-difference';
import { farApart, nextValuesApart } from './auto-increments';
import { compareAccounts } from './compare-accounts';
import type { Schema } from './schema';
import { sequencesBehind } from './sequences';
import { compareTimeZones } from './time-zones';

export interface SchemaDifferences {
  /** Everything that one side has and the other has not, or has otherwise. */
  readonly differences: readonly Named[];
  readonly notCovered: DatabaseVerifyResult['notCovered'];
}

export function compareSchemaOf(from: Schema, to: Schema, sides: BothNames): SchemaDifferences {
  const definitions = compareDefinitions(from.definitions, to.definitions, sides);
  const accounts = compareAccounts(from.accounts, to.accounts, sides, from.line === to.line);
  return {
    differences: [
      ...definitions,
      ...otherwiseStated(from, to, definitions),
      ...differentAutoIncrements(from, to, sides),
      ...sequencesBehind(from.sequences, to.sequences, sides),
      ...accounts.differences,
    ],
    notCovered: [
      ...onEither(from, to),
      ...loadedOnOne(from, to, sides.from),
      ...loadedOnOne(to, from, sides.to),
      ...accounts.notCovered,
      ...compareTimeZones(from.timeZones, to.timeZones, sides),
    ],
  };
}

function onEither(from: Schema, to: Schema): DatabaseVerifyResult['notCovered'] {
  const both = [...from.notCovered, ...to.notCovered];
  return [...new Map(both.map((one) => [one.object, one])).values()];
}

/** RDS loads plugins of its own, and another engine brings others: whether one is missed, nobody but its user knows. */
function loadedOnOne({ plugins }: Schema, other: Schema, side: string): DatabaseVerifyResult['notCovered'] {
  return [...plugins]
    .filter((name) => !other.plugins.has(name))
    .map((name) => ({
      object: `plugin ${name}`,
      reason: `is loaded on ${side} only, and what it does is not compared: where you need it on the other side, add it there (RDS: by the option group)`,
    }));
}

/** What no aspect says: a clause that only the newest version has. */
function otherwiseStated(from: Schema, to: Schema, found: readonly Named[]): Named[] {
  const named = new Set(found.map(({ object }) => object));
  const parts = [...from.definitions, ...to.definitions].filter(({ object }) => named.has(object));
  const said = new Set(parts.flatMap(({ object, of }) => [object, ...(of === undefined ? [] : [of])]));
  return [...from.statements].flatMap(([object, statement]) => {
    const other = to.statements.get(object);
    if (other === undefined || other === statement || said.has(object)) return [];
    return [{ object, difference: 'SHOW CREATE TABLE says it otherwise' }];
  });
}

function differentAutoIncrements(from: Schema, to: Schema, sides: BothNames): Named[] {
  const differences: Named[] = [];
  for (const [table, mine] of from.autoIncrements) {
    const theirs = to.autoIncrements.get(table);
    if (theirs !== undefined && farApart(mine, theirs)) differences.push(nextValuesApart(table, mine, theirs, sides));
  }
  return differences;
}
