import { commandOf } from '../../cron/command';
import { type CrontabEntry, type CrontabProblem, readCrontab } from '../../cron/crontab';
import type { Dialect } from '../../cron/dialect';
import { Schedule } from '../../cron/schedule';
import type { Collected, CollectedFile } from './records';

/** A job that cron runs on a host. */
export interface FoundJob {
  /** Of the program that it starts; told apart by a number. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** As cronie has it: what Debian's cron alone takes is written again. */
  readonly schedule: string;
  readonly command: string;
  readonly standardInput?: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** CRON_TZ, where cron goes by it. */
  readonly timeZone?: string;
  /** When it is due next, in UTC. */
  readonly next: readonly string[];
  /** The last start in cron's log. It has no exit codes. */
  readonly lastStart?: string;
  /** `file:line` of what looks like a secret: in the line, above it in force, or in the scripts that the line names. */
  readonly secrets: readonly string[];
}

export interface FoundProblem extends CrontabProblem {
  /** The line, but for what may be a secret. */
  readonly text: string;
}

const NEXT_RUNS = 3;
/** What the masking on the host leaves of a secret. */
export const MASKED = '***';

/** The jobs of all crontabs of a host, and the lines that are none. */
export function findJobs(collected: Collected, now: Date) {
  const dialect: Dialect = collected.cron === 'debian' ? 'debian' : 'cronie';
  const jobs: FoundJob[] = [];
  const problems: FoundProblem[] = [];
  const ignored: string[] = [];
  for (const file of collected.files) {
    if (!isRead(file, dialect)) {
      ignored.push(file.path);
      continue;
    }
    const crontab = readCrontab(file.text, {
      file: file.path,
      dialect,
      userColumn: file.user === undefined,
      ...(collected.zone !== '' && { timeZone: collected.zone }),
    });
    const lines = file.text.split('\n');
    problems.push(...crontab.problems.map((problem) => ({ ...problem, text: lines[problem.line - 1] ?? '' })));
    jobs.push(...crontab.entries.map((entry) => jobOf(entry, file, collected, dialect, now)));
  }
  return { jobs: withNames(jobs), problems, ignored };
}

/** Of /etc/cron.d each cron leaves out files by their names: Debian's what run-parts would, cronie backups (database.c of both). */
function isRead({ path }: CollectedFile, dialect: Dialect): boolean {
  const name = path.split('/').at(-1) ?? '';
  if (!path.startsWith('/etc/cron.d/')) return !name.startsWith('.');
  return dialect === 'debian'
    ? /^[A-Za-z0-9_-]+$/.test(name)
    : !/^[.#]|~$|\.(rpmsave|rpmorig|rpmnew|cfsaved|swp)$/.test(name);
}

function jobOf(entry: CrontabEntry, file: CollectedFile, collected: Collected, dialect: Dialect, now: Date): FoundJob {
  const user = entry.user ?? file.user ?? '';
  const timeZone = dialect === 'cronie' ? entry.environment.CRON_TZ : undefined;
  const run = collected.runs.find(
    (each) => each.user === user && commandOf(each.command, dialect).command.trim() === entry.command.trim(),
  );
  return {
    name: nameOf(entry.command),
    file: file.path,
    line: entry.line,
    schedule: forCronie(entry.schedule),
    command: entry.command,
    ...(entry.stdin !== undefined && { standardInput: entry.stdin }),
    user,
    environment: entry.environment,
    ...(timeZone !== undefined && { timeZone }),
    next: entry.schedule.nextSlots(now, NEXT_RUNS).map(({ at }) => `${at.toISOString().slice(0, 16)}Z`),
    ...(run && { lastStart: run.last }),
    secrets: secretsOf(entry, file, collected),
  };
}

/** cronie refuses a step that is longer than its field; to Debian's cron it is the first value of the range. */
function forCronie({ text }: Schedule): string {
  const written = text.replace(/(\*|\d+-\d+)\/(\d+)/g, (range, of: string, step: string, at: number) => {
    const field = text.slice(0, at).split(' ').length - 1;
    const [low, high] = LIMITS[field] ?? [0, 0];
    if (Number(step) <= high) return range;
    return of === '*' ? String(low) : (of.split('-')[0] ?? '');
  });
  Schedule.parse(written, { dialect: 'cronie' });
  return written;
}

const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

function secretsOf(
  { line, command, environment }: CrontabEntry,
  file: CollectedFile,
  { secrets, scripts }: Collected,
): string[] {
  const own = secrets.find(({ path }) => path === file.path)?.lines ?? [];
  const masked = Object.entries(environment).filter(([, value]) => value.includes(MASKED));
  const above = file.text
    .split('\n')
    .flatMap((text, at) =>
      at + 1 < line && masked.some(([name]) => text.trimStart().startsWith(name)) ? [at + 1] : [],
    );
  const named = scripts.filter(({ path }) => command.split(/[\s;&|()<>"'=,]/).includes(path)).map(({ path }) => path);
  return [
    ...[...new Set([...above, ...own.filter((each) => each === line)])].map((each) => `${file.path}:${each}`),
    ...secrets
      .filter(({ path }) => named.includes(path))
      .flatMap(({ path, lines }) => lines.map((each) => `${path}:${each}`)),
  ];
}

/** What only starts another program, or is none. */
const STARTERS =
  /^(test|\[|\]|sudo|nice|ionice|env|exec|time|timeout|flock|bash|sh|php|perl|python[\d.]*|ruby|java|node|&&|\|\||-.*|\d+|[A-Za-z_]\w*=.*)$/;

/** Of the first program that does the work, without its folder and ending. */
function nameOf(command: string): string {
  const words = command
    .replace(/^\s*cd\s+\S+\s*(&&|;)/, '')
    .split(/[\s;()]+/)
    .filter((word) => word !== '');
  const program = words.find((word) => !STARTERS.test(lastPart(word))) ?? words[0] ?? '';
  const name = lastPart(program)
    .replace(/\.[A-Za-z]+$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  return name.replace(/^[-_]+|-+$/g, '').slice(0, 60) || 'job';
}

function lastPart(path: string): string {
  return path.split('/').at(-1) ?? '';
}

function withNames(jobs: readonly FoundJob[]): FoundJob[] {
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    const count = (seen.get(job.name) ?? 0) + 1;
    seen.set(job.name, count);
    return count === 1 ? job : { ...job, name: `${job.name}-${count}` };
  });
}
