import type { Databases } from '../../../databases';
import type { Named } from '../../../sql/named-difference';
import type { Report } from '../../../verb';
import type { Session } from '../../session';
import type { Comparison } from '../comparison';
import { untilApplied } from '../following-side';
import type { Verified } from '../verification';
import { compareSchemaOf, type SchemaDifferences } from './differences';
import { readSchema } from './schema';
import { between } from './spelling';

/** All of them are named: there are as many as somebody made, and each must be mended. */
const MOST_NAMED = 200;

/** Compares what is defined on both sides, and who may do what. */
export async function compareSchemas(_databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
  const first = await look(comparison, report);
  if (first.differences.length === 0) return resultOf(first, []);
  // What was made a moment ago may not be on the other side yet.
  await untilApplied(comparison, report.signal);
  const second = await look(comparison, report);
  const before = new Set(first.differences.map(({ object }) => object));
  return resultOf(
    second,
    second.differences.filter(({ object }) => before.has(object)),
  );
}

type Look = SchemaDifferences & { readonly objects: number };

async function look({ from, to, names }: Comparison, { progress, signal }: Report): Promise<Look> {
  const aurora = { from: await isAurora(from.session), to: await isAurora(to.session) };
  const sides = between(from.session.dialect, to.session.dialect, aurora);
  const [mine, theirs] = await Promise.all([readSchema(from.session, sides), readSchema(to.session, sides)]);
  signal.throwIfAborted();
  const objects = mine.definitions.length + mine.accounts.byName.size;
  progress({ phase: 'comparing definitions', done: objects, total: objects });
  return { objects, ...compareSchemaOf(mine, theirs, names) };
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
    sample: differences.slice(0, MOST_NAMED),
    notCovered,
  };
}
