import type { Databases } from '../../../databases';
import type { Named } from '../../../sql/named-difference';
import type { Report } from '../../../verb';
import type { Comparison } from '../comparison';
import { untilApplied } from '../following-side';
import type { Verified } from '../verification';
import { compareSchemaOf } from './differences';
import { readSchema } from './schema';

/** All of them are named: there are as many as somebody made, and each must be mended. */
const MOST_NAMED = 200;

/** Compares what is defined on both sides, and who may do what. */
export async function compareSchemas(_databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
  const first = await look(comparison, report);
  if (first.differences.length === 0) return resultOf(first.objects, []);
  // What was made a moment ago may not be on the other side yet.
  await untilApplied(comparison, report.signal);
  const second = await look(comparison, report);
  const before = new Set(first.differences.map(({ object }) => object));
  return resultOf(
    second.objects,
    second.differences.filter(({ object }) => before.has(object)),
  );
}

async function look(comparison: Comparison, { progress, signal }: Report) {
  const [from, to] = await Promise.all([readSchema(comparison.from.session), readSchema(comparison.to.session)]);
  signal.throwIfAborted();
  const objects = from.definitions.length + from.users.size;
  progress({ phase: 'comparing definitions', done: objects, total: objects });
  return { objects, differences: compareSchemaOf(from, to, comparison.direction) };
}

function resultOf(objects: number, differences: readonly Named[]): Verified {
  return {
    rowsCompared: 0,
    chunksCompared: objects,
    mismatches: differences.length,
    sample: differences.slice(0, MOST_NAMED),
    notCovered: [],
  };
}
