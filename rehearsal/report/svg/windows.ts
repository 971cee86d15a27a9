import { isUndo, type Pass, passesOf, spanOf } from '../passes';
import type { PhaseRun, RehearsalRecord } from '../result';
import { around, lengthOf, padded, type Span, within } from '../span';

/** A closer look that shows less than this much more is none. */
const WORTHWHILE = 0.5;

export interface CloseUp {
  readonly title: string;
  readonly window: Span;
}

/** From the first to the last thing that is recorded. */
export function wholeWindow(record: RehearsalRecord): Span {
  const { result, series, startedAt, incidents, weights } = record;
  const moments = [...series.map(({ atMs }) => atMs - startedAt), ...incidents.map(({ atMs }) => atMs)];
  // What the record's weights were before anything ran says nothing about when it ran.
  const changes = weights.slice(1).map(({ atMs }) => atMs);
  const recorded = around([...result.cutover.phases.map(spanOf), ...[...moments, ...changes].map(moment)]);
  return padded(recorded ?? { fromMs: 0, toMs: record.durationMs }, 0.01, 100);
}

/**
 * On a time line of minutes a write outage of a second is a hair's breadth, and a phase of milliseconds is not even that. So
 * every write outage is shown once more for itself; a pass without one from the first to the last of what clients can notice.
 */
export function closeUps(record: RehearsalRecord): CloseUp[] {
  const whole = wholeWindow(record);
  return passesOf(record.result.cutover.phases)
    .flatMap((pass, index) => {
      const span = around(pass.map(spanOf));
      const writeOutages = (record.writeOutages ?? []).filter(
        (writeOutage) => span !== undefined && within(writeOutage, span) !== undefined,
      );
      return writeOutages.length > 0
        ? writeOutages.map((writeOutage) => ofOutage(writeOutage, index))
        : ofPass(pass, index);
    })
    .filter(({ window }) => lengthOf(window) <= WORTHWHILE * lengthOf(whole));
}

function ofOutage(writeOutage: Span, pass: number): CloseUp {
  const title = pass === 0 ? 'The write outage, close up' : 'The write outage of the rollback, close up';
  return { title, window: padded(writeOutage, 0.4, 300) };
}

function ofPass(pass: Pass, index: number): CloseUp[] {
  const noticed = around(pass.filter(isNoticed).map(spanOf));
  if (noticed === undefined) return [];
  return [{ title: titleOf(pass, index), window: padded(noticed, 0.04, 100) }];
}

/** Everything else may take its time. */
function isNoticed(run: PhaseRun): boolean {
  return isUndo(run) || (run.of !== undefined && run.of.seen !== 'nothing');
}

function titleOf(pass: Pass, index: number): string {
  if (pass.some(isUndo)) return 'What was done and undone, close up';
  if (index === 0) return 'The switch, close up';
  return pass.some(({ of }) => of?.part === 'own' && of.role === 'switch')
    ? 'The rollback, close up'
    : 'Run again, close up';
}

function moment(atMs: number): Span {
  return { fromMs: atMs, toMs: atMs };
}
