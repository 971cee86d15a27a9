import { type ComparedFigure, closerFigures, decisiveFigures, failureFigures, isDamage } from '../comparison';
import { injectionInWords } from '../fault-injection';
import { accessInWords } from '../group-access';
import type { RehearsalRecord } from '../result';
import { count, duration, instant, inWords } from '../units';
import { type Markup, markup, type Part } from './markup';
import { type Column, table } from './tables';

export function figuresTables(record: RehearsalRecord): Markup {
  const { byHand } = record.result;
  const closer = closerFigures(record.result);
  const failures = failureFigures(record);
  return markup`<section><h2>What clients saw${byHand && ', and by hand'}</h2>
${byHand && markup`<p>By hand: the same load, switched without this library. The keys are copied, then the record is changed. Nothing is fenced, and writes after the copy are not replicated.</p>`}
${groupsTable(record)}
<div class="figures">${comparison(undefined, decisiveFigures(record.result), byHand !== undefined)}
<details><summary>All figures</summary>${comparison(undefined, closer, record.byHand !== undefined)}</details>
${failures.length > 0 && markup`<details><summary>Why operations failed</summary>${comparison(undefined, failures, record.byHand !== undefined)}</details>`}</div>
${samples(record)}
</section>`;
}

/** Since when each group of clients is served as before, if it is. */
function groupsTable({ result: { groups } }: RehearsalRecord): Markup | false {
  if (groups.length === 0) return false;
  const rows = groups.map((group) => {
    const text = accessInWords(group);
    return [group.name, group.shutOut.length > 0 ? markup`<span class="damage">${text}</span>` : text];
  });
  return table(undefined, [{ heading: 'Clients' }, { heading: 'In the end' }], rows);
}

function comparison(caption: string | undefined, figures: readonly ComparedFigure[], withByHand: boolean): Markup {
  const columns: Column[] = [
    { heading: 'Figure' },
    { heading: 'This migration', number: true },
    ...(withByHand ? [{ heading: 'By hand', number: true }] : []),
  ];
  const rows = figures.map((figure) => [
    figure.label,
    value(figure, figure.value),
    ...(withByHand ? [value(figure, figure.byHand)] : []),
  ]);
  return table(caption, columns, rows);
}

function value(compared: ComparedFigure, figure: number | undefined): Part {
  if (figure === undefined) return '–';
  const text = inWords(figure, compared.unit);
  return isDamage(compared, figure) ? markup`<span class="damage">${text}</span>` : text;
}

/** The first few of what must not happen, so that somebody can look for the cause. */
function samples({ figures, byHand }: RehearsalRecord): Markup {
  const ways = [
    { name: 'this migration', ...figures.samples },
    ...(byHand ? [{ name: 'by hand', ...byHand.figures.samples }] : []),
  ];
  return markup`${ways.map(
    ({ name, lost, lockViolations }) =>
      markup`${
        lost.length > 0 &&
        markup`<details><summary>Lost writes, ${name}: the first ${lost.length}</summary><div class="scroll">${table(
          undefined,
          [{ heading: 'Key' }, { heading: 'Kind' }, { heading: 'Acknowledged by' }, { heading: 'What happened' }],
          lost.map(({ key, kind, side, what }) => [key, kind, side, what]),
        )}</div></details>`
      }${
        lockViolations.length > 0 &&
        markup`<details><summary>Lock violations, ${name}: the first ${lockViolations.length}</summary><div class="scroll">${table(
          undefined,
          [{ heading: 'Lock' }, { heading: 'Holders' }, { heading: 'What happened' }, { heading: 'For', number: true }],
          lockViolations.map(({ lock, holders, what, forMs }) => [lock, holders.join(' and '), what, duration(forMs)]),
        )}</div></details>`
      }`,
  )}`;
}

/** What the charts show, for those who cannot see them, and for exact figures. */
export function timelineTables({ result, weights, incidents }: RehearsalRecord): Markup {
  const { faults } = result;
  const { phases, transitions } = result.cutover;
  return markup`<section class="slim"><h2>The time line in figures</h2>
<p>${count(transitions)} state transitions, as Step Functions bills them.</p>
${
  faults.length > 0 &&
  table(
    undefined,
    [{ heading: 'Fault' }, { heading: 'In this run' }],
    faults.map((run) => [run.fault, injectionInWords(run)]),
  )
}
${
  incidents.length > 0 &&
  markup`<h3>Incidents</h3>${table(
    undefined,
    [{ heading: 'Mark', number: true }, { heading: 'At', number: true }, { heading: 'What' }],
    [...incidents].sort((a, b) => a.atMs - b.atMs).map(({ atMs, what }, index) => [index + 1, instant(atMs), what]),
  )}`
}
<details><summary>Phases</summary><div class="scroll">${table(
    undefined,
    [
      { heading: 'Phase' },
      { heading: 'Began', number: true },
      { heading: 'Lasted', number: true },
      { heading: 'Outcome' },
      { heading: 'Error' },
    ],
    phases.map(({ name, startedMs, durationMs, outcome, error }) => [
      name,
      instant(startedMs),
      duration(durationMs),
      outcome,
      error ?? '',
    ]),
  )}</div></details>
<details><summary>Weights of the record</summary>${table(
    undefined,
    [
      { heading: 'From', number: true },
      { heading: 'Blue', number: true },
      { heading: 'Green', number: true },
    ],
    weights.map(({ atMs, blue, green }) => [instant(atMs), blue, green]),
  )}</details>
</section>`;
}
