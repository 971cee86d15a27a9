import type { NotCovered } from '../../contract/database';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { explainMysql } from './explain';
import { Comparison } from './verification/comparison';
import { hidden } from './verification/hidden';
import { wrongNextValues } from './verification/next-values';
import { reverify } from './verification/reverify';
import { compareSchemas } from './verification/schema/compare-schemas';
import { wrongSequences } from './verification/schema/sequences';
import { type BothPositions, positionsOf, Tails } from './verification/tails';
import { unlogged } from './verification/unlogged';
import { definedNow, Verification, type Verified } from './verification/verification';
import { VerificationFile } from './verification/verification-file';
import { Verifications } from './verification/verifications';

/** The migration goes on, or tries again, within this; later the log is read again from where it was equal. */
const KEPT_MS = 600_000;

/**
 * Compares both sides. `schema` compares what is defined. `full` compares every row while both are in use. `delta`
 * compares the rows that have changed since the last `full` began and were not found equal since, and the next values of
 * their tables; where that is not known (no full before, or changes were missed) it is a full one.
 */
export const verify: Verb<Databases, 'mysql.verify'> = async (databases, { from, to, mode }, report) => {
  const began = performance.now();
  if (to === 'converting' && mode !== 'schema') throw endToEnd(mode);
  const comparison = await Comparison.open(databases, { from, to });
  try {
    const verified = await compare[mode](databases, comparison, report);
    const notCovered = [...(await hidden(comparison)), ...(await unlogged(comparison)), ...verified.notCovered];
    return { ...verified, notCovered, durationMs: Math.round(performance.now() - began) };
  } catch (error) {
    throw explainMysql(error, `${comparison.from.session.place} → ${comparison.to.session.place}`);
  } finally {
    comparison.close();
  }
};

function endToEnd(mode: string): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `Got mode ${mode} with the converting replica as "to"; accepted is schema: rows are compared end to end, with green as "to".`,
  );
}

type Compare = (databases: Databases, comparison: Comparison, report: Report) => Promise<Verified>;

const compare: Readonly<Record<'schema' | 'full' | 'delta', Compare>> = {
  schema: compareSchemas,
  full: compareAll,
  delta: compareChanged,
};

async function compareAll(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
  const { log } = databases;
  databases.keep(Verifications).stop();
  const state = stateOf(databases);
  await state.forget();
  // Before anything is read: a change after this is in the log, and is compared again.
  const positions = await positionsOf(comparison);
  const verification = await begin(databases, comparison, positions, report);
  try {
    const all = await verification.everything(databases, comparison, report);
    const { mismatches, notCovered } = all;
    // What differs is known to this process alone: another one compares everything again.
    if (mismatches === 0) await state.write({ ...comparison.direction, ...positions, notCovered });
    keep(databases, verification);
    log.info('verification.full', { ...comparison.direction, rows: all.rowsCompared, mismatches });
    return { ...all, notCovered: [...notCovered, ...changesMissed(verification)] };
  } catch (error) {
    verification.tails.stop();
    throw error;
  }
}

async function compareChanged(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
  const { direction } = comparison;
  const verification = databases.keep(Verifications).find(direction) ?? (await takeUp(databases, comparison, report));
  if (verification === undefined) {
    databases.log.warn('verification.changes-unknown', { ...direction });
    return compareAll(databases, comparison, report);
  }
  await comparison.hurry();
  const positions = await positionsOf(comparison);
  await verification.tails.catchUp(positions, comparison, report.signal);
  const rows = await verification.changes(databases, comparison, report);
  const nextValues = [
    ...(await wrongNextValues(comparison, verification.changedTables)),
    ...(await wrongSequences(comparison)),
  ];
  const verified = {
    ...rows,
    mismatches: rows.mismatches + nextValues.length,
    sample: [...nextValues, ...rows.sample],
  };
  if (verified.mismatches === 0) {
    await stateOf(databases).write({ ...direction, ...positions, notCovered: rows.notCovered });
    databases.keep(Verifications).stopAfter(KEPT_MS);
  }
  return verified;
}

/** The service was restarted since the full verification: its log since then is read once more. */
async function takeUp(databases: Databases, comparison: Comparison, report: Report): Promise<Verification | undefined> {
  const { signal } = report;
  const { direction } = comparison;
  const verified = await stateOf(databases).read(direction);
  if (verified === undefined) return undefined;
  databases.log.warn('verification.log-read-again', { ...direction, ...verified.position });
  let verification: Verification | undefined;
  try {
    verification = await begin(databases, comparison, verified, report, verified.notCovered);
    await verification.tails.catchUp(await positionsOf(comparison), comparison, signal);
  } catch (error) {
    verification?.tails.stop();
    signal.throwIfAborted();
    databases.log.warn('verification.log-gone', { ...direction, error });
    return undefined;
  }
  keep(databases, verification);
  return verification;
}

async function begin(
  databases: Databases,
  comparison: Comparison,
  from: BothPositions,
  { signal }: Report,
  uncovered: readonly NotCovered[] = [],
): Promise<Verification> {
  const tables = await definedNow(comparison, signal);
  const tails = await Tails.start(databases, comparison.direction, tables, from);
  return new Verification(tails, tables.pairs, tables.unpaired, uncovered);
}

/** From now on what changes is compared as it changes. */
function keep(databases: Databases, verification: Verification): void {
  const stop = new AbortController();
  databases.keep(Verifications).replace(verification, () => stop.abort());
  void reverify(databases, verification, stop.signal);
}

/** A delta would compare everything, inside the freeze: better known before. */
function changesMissed({ tails: { lost } }: Verification): Verified['notCovered'] {
  if (lost === undefined) return [];
  const reason = `cannot be followed (${lost.reason}), so that a delta would compare every row`;
  return [{ object: `binary log of ${lost.side}`, reason }];
}

function stateOf({ stateDirectory, migrationName }: Databases): VerificationFile {
  return new VerificationFile(stateDirectory, migrationName);
}
