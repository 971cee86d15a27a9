import type { Databases } from '../../../sql/databases';
import type { Named } from '../../../sql/named-difference';
import type { Report } from '../../../verb';
import type { Session } from '../../session';
import type { Comparison } from '../comparison';
import { untilApplied } from '../following-side';
import type { Verified } from '../verification';
import { compareSchemaOf, type SchemaDifferences } from './differences';
import { withConversions } from './expected-conversions';
import { readSchema } from './schema';
import { between } from './spelling';

/** All of them are named: there are as many as somebody made, and each must be mended. */
const MAX_NAMED = 200;

/** Compares what is defined on both sides, and who may do what. */
export async function compareSchemas(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
  const first = await look(databases, comparison, report);
  if (first.differences.length === 0) return resultOf(first, []);
  // What was made a moment ago may not be on the other side yet.
  await untilApplied(comparison, report.signal);
  const second = await look(databases, comparison, report);
  const before = new Set(first.differences.map(({ object }) => object));
  return resultOf(
    second,
    second.differences.filter(({ object }) => before.has(object)),
  );
}

type Look = SchemaDifferences & { readonly objects: number };

async function look(
  databases: Databases,
  { from, to, names }: Comparison,
  { progress, signal }: Report,
): Promise<Look> {
  const aurora = { from: await isAurora(from.session), to: await isAurora(to.session) };
  const sides = between(from.session.dialect, to.session.dialect, aurora);
  const [mine, theirs] = await Promise.all([readSchema(from.session, sides), readSchema(to.session, sides)]);
  signal.throwIfAborted();
  const objects = mine.definitions.length + mine.accounts.byName.size;
  progress({ phase: 'comparing definitions', done: objects, total: objects });
  const { conversions = [] } = databases.converting ?? {};
  const [here, there] =
    from.side === 'blue'
      ? [withConversions(mine, theirs, conversions), theirs]
      : [mine, withConversions(theirs, mine, conversions)];
  return ofConverting(databases, { objects, ...compareSchemaOf(here, there, names) });
}

/** Who converts has an account of its own there, which green gets with everything else. */
function ofConverting(databases: Databases, found: Look): Look {
  const username = databases.converting?.endpoint.username;
  if (username === undefined || username === databases.endpoints.blue.username) return found;
  const isTheirs = ({ object }: Named) => object.startsWith(`user ${username}@`);
  const theirs = found.differences.filter(isTheirs).map(({ object }) => ({
    object,
    reason: `is of the converting replica, not of blue, and may change tables on green: drop it there once clients have moved`,
  }));
  return {
    ...found,
    differences: found.differences.filter((one) => !isTheirs(one)),
    notCovered: [...found.notCovered, ...theirs],
  };
}

/** @see docs/aws-facts.md#rds-aurora-version */
async function isAurora(session: Session): Promise<boolean> {
  return (await session.row("SHOW GLOBAL VARIABLES LIKE 'aurora\\_version'")) !== undefined;
}

function resultOf({ objects, notCovered }: Look, differences: readonly Named[]): Verified {
  return {
    rowsCompared: 0,
    chunksCompared: objects,
    mismatches: differences.length,
    sample: differences.slice(0, MAX_NAMED),
    notCovered,
  };
}
