import { duration, several } from '../report/units';
import { type ChaosRun, isWell } from './chaos';
import { OUTCOMES } from './outcome';

/** A line when a run has ended, and below it what was broken and how to see it again. */
export function runLines(run: ChaosRun, last: number): string[] {
  const { number, subject, action, faults, outcome, durationMs } = run;
  const width = String(last).length;
  const which = `${String(number).padStart(width)}/${last}  ${subject.padEnd(NAME_WIDTH)}  ${action.padEnd(7)}`;
  const how = isWell(run) ? outcome : outcome.toUpperCase();
  const line = `${which}  ${duration(durationMs).padStart(TIME_WIDTH)}  ${how.padEnd(OUTCOME_WIDTH)}  ${faults.map(faultInWords).join(', ')}`;
  if (isWell(run)) return [line];
  const indented = ' '.repeat(width * 2 + 3);
  return [
    line,
    ...run.violations.map((violation) => `${indented}${violation}`),
    ...(run.reason === undefined ? [] : [`${indented}It said: ${run.reason}`]),
    `${indented}Repeat: ${command(run.repeat)}`,
  ];
}

interface Whole {
  readonly seed: string;
  readonly asked: number;
  readonly durationMs: number;
}

/** How many runs ended how, by migration, and which faults were injected. */
export function summaryLines(runs: readonly ChaosRun[], { seed, asked, durationMs }: Whole): string[] {
  if (runs.length === 0) return ['', `None of ${several(asked, 'run')} has ended, seed ${seed}.`];
  const subjects = [...new Set(runs.map(({ subject }) => subject))].toSorted();
  const outcomes = [...OUTCOMES, 'violation' as const, 'not performed' as const].filter((each) =>
    runs.some(({ outcome }) => outcome === each),
  );
  const ill = runs.filter((run) => !isWell(run)).length;
  const verdict = ill === 0 ? 'Every invariant held in each.' : `${several(ill, 'run')} did not go well.`;
  const of = runs.length < asked ? ` of ${asked}` : '';
  return [
    '',
    ...table(
      ['', ...subjects, 'all'],
      outcomes.map((outcome) => {
        const such = runs.filter((run) => run.outcome === outcome);
        const counts = subjects.map((subject) => such.filter((run) => run.subject === subject).length);
        return [outcome, ...[...counts, such.length].map(String)];
      }),
    ),
    '',
    ...table(['fault', 'drawn', 'injected'], faultRows(runs)),
    '',
    `${several(runs.length, 'run')}${of}, seed ${seed}, ${duration(durationMs)}. ${verdict}`,
  ];
}

/** The runs by their number, for programs. */
export function chaosJson(runs: readonly ChaosRun[], seed: string): string {
  const inOrder = runs.toSorted((a, b) => a.number - b.number);
  const all = inOrder.map(({ repeat, ...run }) => ({ ...run, repeat: command(repeat) }));
  return `${JSON.stringify({ seed, runs: all }, undefined, 2)}\n`;
}

/** The command that performs the same rehearsal again. */
export function command(options: readonly string[]): string {
  return `cutover rehearse ${options.map(shellQuoted).join(' ')}`;
}

const NAME_WIDTH = 17;
const OUTCOME_WIDTH = 24;
const TIME_WIDTH = 11;

function faultInWords({ fault, injectedMs }: ChaosRun['faults'][number]): string {
  return injectedMs === undefined ? `(${fault})` : fault;
}

function faultRows(runs: readonly ChaosRun[]): string[][] {
  const faults = runs.flatMap((run) => run.faults);
  const kindOf = (text: string) => text.slice(text.lastIndexOf(':') + 1).replace(/@.*/, '');
  return [...new Set(faults.map(({ fault }) => kindOf(fault)))].toSorted().map((kind) => {
    const such = faults.filter(({ fault }) => kindOf(fault) === kind);
    return [kind, String(such.length), String(such.filter(({ injectedMs }) => injectedMs !== undefined).length)];
  });
}

/** The first column is text, all others are numbers. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => (row[column] ?? '').length)));
  return [heading, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** As a shell takes it for one word. */
function shellQuoted(text: string): string {
  return /^[\w.:@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
