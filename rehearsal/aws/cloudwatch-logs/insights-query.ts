import { AwsError, NotRehearsedError } from '../aws-error';

/** A line as Logs Insights sees it: its time, and the fields that were found in its JSON. */
export interface InsightsLine {
  readonly at: number;
  readonly message: string;
}

export type InsightsRow = readonly { readonly field: string; readonly value: string }[];

const HOUR_MS = 3_600_000;

/**
 * A query of `filter`, `stats … by …` and `limit`, which is what is asked here.
 *
 * @see docs/aws-facts.md#logs-insights
 */
export function runInsights(text: string, lines: readonly InsightsLine[]): readonly InsightsRow[] {
  const steps = text.split('|').map((step) => step.trim());
  let kept = lines;
  let rows: InsightsRow[] | undefined;
  for (const step of steps) {
    const [, command = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(step) ?? [];
    if (command === 'filter') kept = kept.filter((line) => passes(line, rest));
    else if (command === 'stats') rows = stats(kept, rest);
    else if (command === 'limit') rows = rows?.slice(0, Number(rest));
    else throw new NotRehearsedError(`The command "${command}" of Logs Insights`);
  }
  if (rows === undefined) throw new NotRehearsedError('A query of Logs Insights without stats');
  return rows;
}

function passes(line: InsightsLine, condition: string): boolean {
  const [, field = '', list = ''] = /^([\w.@]+)\s+in\s+\[(.*)\]$/s.exec(condition) ?? [];
  if (field === '') throw new AwsError('MalformedQueryException', `unexpected symbol found in: ${condition}`);
  const wanted = [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, value]) => value);
  return wanted.includes(fieldOf(line, field));
}

function stats(lines: readonly InsightsLine[], rest: string): InsightsRow[] {
  const [figures = '', by = ''] = rest.split(/\s+by\s+/);
  const groups = new Map<string, InsightsLine[]>();
  const fields = by.split(/\s*,\s*/).filter((field) => field !== '');
  for (const line of lines) {
    const key = JSON.stringify(fields.map((field) => fieldOf(line, sourceOf(field)) ?? ''));
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].map(([key, members]) => [
    ...(JSON.parse(key) as string[]).flatMap((value, index) =>
      value === '' ? [] : [{ field: nameOf(fields[index] ?? ''), value }],
    ),
    ...figures
      .split(/\s*,\s*(?![^(]*\))/)
      .map((figure) => ({ field: nameOf(figure), value: figureOf(figure, members) })),
  ]);
}

const nameOf = (part: string) => /\s+as\s+(\w+)$/.exec(part)?.[1] ?? part;
const sourceOf = (part: string) => part.replace(/\s+as\s+\w+$/, '');

function figureOf(figure: string, lines: readonly InsightsLine[]): string {
  if (/^count\(\*\)/.test(figure)) return String(lines.length);
  if (/^max\(@timestamp\)/.test(figure)) return String(Math.max(...lines.map(({ at }) => at)));
  throw new NotRehearsedError(`${figure} of Logs Insights`);
}

function fieldOf({ at, message }: InsightsLine, field: string): string | undefined {
  if (field === 'bin(1h)')
    return new Date(Math.floor(at / HOUR_MS) * HOUR_MS).toISOString().replace('T', ' ').slice(0, -1);
  let found: unknown;
  try {
    found = field
      .split('.')
      .reduce((value: unknown, part) => (value as Record<string, unknown> | undefined)?.[part], JSON.parse(message));
  } catch {
    return undefined;
  }
  return found === undefined ? undefined : String(found);
}
