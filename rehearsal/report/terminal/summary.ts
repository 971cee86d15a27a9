import { printable } from '../../../agent/printable';
import { checkInWords } from '../check-in-words';
import { type ComparedFigure, decisiveFigures, isDamage } from '../comparison';
import { injectionInWords } from '../fault-injection';
import { accessInWords } from '../group-access';
import { invariantResults } from '../invariants';
import { verdict, whereClientsAre } from '../outcome';
import { isLook } from '../passes';
import type { RehearsalRecord, RehearsalResult } from '../result';
import { duration, inWords } from '../units';
import { column } from './aligned';
import type { Line, Piece } from './paint';

const NAME_WIDTH = 28;
const FIGURE_WIDTH = 14;
const PHASES_WIDTH = 92;
/** What is left over is in the page. */
const MAX_VIOLATIONS = 5;

/** What the rehearsal found, from what matters most to what helps to look closer. */
export function summary(record: RehearsalRecord, files: readonly string[]): Line[] {
  const { result } = record;
  return [
    [],
    outcomeLine(result),
    [{ text: `  ${runInWords(record)}`, style: 'dim' }],
    ...(result.reason === undefined ? [] : [[{ text: `  ${printable(result.reason)}` }]]),
    ...result.assumed.map((text): Line => [{ text: '  Assumed', style: 'yellow' }, { text: `  ${printable(text)}` }]),
    [],
    ...figureLines(result),
    [],
    ...groupLines(result),
    ...phaseLines(result),
    ...faultLines(result),
    ...checkLines(result),
    ...outcomeLines(result),
    [{ text: '  Invariants', style: 'bold' }],
    ...invariantResults(result.invariants).flatMap(invariantLines),
    ...(record.command === undefined ? [] : [[], [{ text: `  Repeat it: ${printable(record.command)}` }]]),
    ...(files.length === 0 ? [] : [[]]),
    ...files.map((file): Line => [{ text: `  Written: ${printable(file)}` }]),
  ];
}

function outcomeLine(result: RehearsalResult): Line {
  return [
    { text: `  ${whereClientsAre(result)}`, style: 'bold' },
    { text: ' ' },
    { text: verdict(result), style: result.ok ? 'green' : 'red' },
  ];
}

function runInWords({ migration, action, engines, durationMs, seed }: RehearsalRecord): string {
  const who = `${printable(action)} of ${printable(migration)}`;
  return `${who}: blue ${printable(engines.blue)}, green ${printable(engines.green)}; ${duration(durationMs)}, seed ${printable(seed)}`;
}

function faultLines({ faults }: RehearsalResult): Line[] {
  if (faults.length === 0) return [];
  return [
    [{ text: '  Faults', style: 'bold' }],
    ...faults.map(
      (run): Line => [
        { text: `  ${printable(run.fault)} ` },
        { text: injectionInWords(run), ...(run.injectedMs === undefined && { style: 'yellow' as const }) },
      ],
    ),
    [],
  ];
}

function checkLines({ checks }: RehearsalResult): Line[] {
  if (checks.length === 0) return [];
  return [
    [{ text: '  Checks', style: 'bold' }],
    ...checks.map(
      (run): Line => [
        run.passed ? { text: '  passed', style: 'green' } : { text: '  FAILED', style: 'red' },
        { text: `  ${printable(checkInWords(run))}` },
      ],
    ),
    [],
  ];
}

/** Where nobody asks to be told, nothing is to be said. */
function outcomeLines({ outcomes }: RehearsalResult): Line[] {
  const lines = outcomes.flatMap(({ outcome, activeSide, deliveries }) =>
    deliveries.map(({ rule, target, error }): Line => {
      const what = `  ${printable(`${outcome}, ${activeSide}: the rule ${rule} told ${target}`)}`;
      return error === undefined
        ? [{ text: '  told  ', style: 'green' }, { text: what }]
        : [{ text: '  FAILED', style: 'red' }, { text: `${what}: ${printable(error)}` }];
    }),
  );
  return lines.length === 0 ? [] : [[{ text: '  Outcome events', style: 'bold' }], ...lines, []];
}

function groupLines({ groups }: RehearsalResult): Line[] {
  if (groups.length === 0) return [];
  return [
    [{ text: '  Clients', style: 'bold' }],
    ...groups.map(
      (group): Line => [
        { text: `  ${printable(group.name)}: ` },
        { text: printable(accessInWords(group)), ...(group.shutOut.length > 0 && { style: 'red' as const }) },
      ],
    ),
    [],
  ];
}

function figureLines(result: RehearsalResult): Line[] {
  const heading = ['this migration', ...(result.byHand ? ['by hand'] : [])];
  return [
    [
      { text: `  ${''.padEnd(NAME_WIDTH)}` },
      ...heading.map((text): Piece => ({ text: text.padStart(FIGURE_WIDTH), style: 'dim' })),
    ],
    ...decisiveFigures(result).map(
      (figure): Line => [
        { text: `  ${column(figure.label, NAME_WIDTH)}` },
        figurePiece(figure, figure.value),
        ...(result.byHand ? [figurePiece(figure, figure.byHand)] : []),
      ],
    ),
  ];
}

function figurePiece(figure: ComparedFigure, value: number | undefined): Piece {
  const text = (value === undefined ? '-' : inWords(value, figure.unit)).padStart(FIGURE_WIDTH);
  return value !== undefined && isDamage(figure, value) ? { text, style: 'red' } : { text };
}

/** As the record has them: those told while it ran are only as exact as the views were frequent. */
function phaseLines({ cutover }: RehearsalResult): Line[] {
  const runs = cutover.phases.filter((run) => !isLook(run) || run.outcome !== 'succeeded');
  if (runs.length === 0) return [];
  const lines: string[] = [];
  for (const [index, { name, durationMs, outcome }] of runs.entries()) {
    const run = `${printable(name)} ${duration(durationMs)}${outcome === 'succeeded' ? '' : ` ${outcome}`}`;
    const last = lines.at(-1);
    const text = index < runs.length - 1 ? `${run},` : run;
    if (last === undefined || last.length + text.length >= PHASES_WIDTH) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return [[{ text: '  Phases', style: 'bold' }], ...lines.map((text): Line => [{ text: `  ${text}` }]), []];
}

function invariantLines({ number, name, state, how }: ReturnType<typeof invariantResults>[number]): Line[] {
  const mark: Piece =
    state === 'held'
      ? { text: 'held  ', style: 'green' }
      : state === 'broken'
        ? { text: 'BROKEN', style: 'red' }
        : { text: 'unseen', style: 'yellow' };
  const left = how.length - MAX_VIOLATIONS;
  return [
    [{ text: '  ' }, mark, { text: `  ${number}  ${name}` }],
    ...how.slice(0, MAX_VIOLATIONS).map((one): Line => [{ text: `             ${printable(one)}`, style: 'red' }]),
    ...(left > 0 ? [[{ text: `             and ${left} more` }]] : []),
  ];
}
