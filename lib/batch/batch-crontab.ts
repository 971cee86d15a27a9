import { readFileSync } from 'node:fs';
import { type CrontabEntry, describeProblem, readCrontab } from '../../cron/crontab';
import { assertTold } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import type { BatchJob, BatchJobOptions } from './batch-job';

/** How a crontab is read, and what it does not say of its jobs. */
export interface BatchCrontabProps {
  /**
   * Whose crontab it is.
   *
   * @default - the file has a column of users before the command, as /etc/crontab has
   */
  readonly user?: string;

  /**
   * What is to be said of its jobs beside, by their names.
   *
   * @default - nothing
   */
  readonly jobs?: { [name: string]: BatchJobOptions };
}

/** Crontabs of your repository. */
export class BatchCrontab {
  /**
   * The jobs of a crontab, as cronie reads it. A job's name is what a comment right above its line says, `# job: orders`, else
   * the name of the program that the line starts, without folder and ending. Variables above a line are its environment;
   * `MAILTO` is its owner where none is stated, for no mail is sent; `CRON_TZ` is its time zone.
   *
   * @param file its path
   * @throws where cron would not take a line, or make something else of it, with file, line, column and what is accepted
   */
  public static jobsIn(file: string, props: BatchCrontabProps = {}): BatchJob[] {
    assertTold('BatchCrontab.jobsIn', { file, props });
    const text = readFileSync(file, 'utf8');
    const { entries, problems } = readCrontab(text, { file, dialect: 'cronie', userColumn: props.user === undefined });
    if (problems.length > 0) throw new ValidationError(problems.map(describeProblem).join('\n'));
    const lines = text.split('\n');
    const { jobs = {} } = props;
    const all = entries.map((entry) => {
      const name = nameOf(entry, lines);
      return jobOf(entry, name, props.user ?? entry.user ?? '', jobs[name]);
    });
    checkNames(file, all, Object.keys(jobs));
    return all;
  }

  private constructor() {}
}

const NAMED = /^#\s*job:\s*(\S+)\s*$/;

/** What a comment right above it says, else the program that it starts. */
export function nameOf({ line, command }: CrontabEntry, lines: readonly string[]): string {
  const [, stated] = NAMED.exec(lines[line - 2]?.trim() ?? '') ?? [];
  if (stated !== undefined) return stated;
  const [program = ''] = command.trim().split(/\s/);
  return (program.split('/').at(-1) ?? '').replace(/\.[A-Za-z]+$/, '');
}

/** Of cron itself, and not of what it starts. */
const OF_CRON = ['MAILTO', 'MAILFROM', 'CONTENT_TYPE', 'CONTENT_TRANSFER_ENCODING', 'CRON_TZ', 'RANDOM_DELAY'];

function jobOf(entry: CrontabEntry, name: string, user: string, options: BatchJobOptions = {}): BatchJob {
  const { MAILTO: mail = '', CRON_TZ: timeZone } = entry.environment;
  const environment = Object.fromEntries(
    Object.entries(entry.environment).filter(([variable]) => !OF_CRON.includes(variable)),
  );
  return {
    name,
    schedule: entry.schedule.text,
    command: entry.command,
    user,
    ...(entry.stdin !== undefined && { standardInput: entry.stdin }),
    ...(timeZone !== undefined && { timeZone }),
    ...(mail !== '' && { owner: mail }),
    ...options,
    environment: { ...environment, ...options.environment },
  };
}

function checkNames(file: string, jobs: readonly BatchJob[], said: readonly string[]): void {
  const names = jobs.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new ValidationError(
      `${file}: got two lines of the name ${twice}; accepted is one. Write the comment '# job: NAME' right above each.`,
    );
  }
  const unknown = said.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ValidationError(`${file}: jobs says something of '${unknown}'; the file has ${names.join(', ')}.`);
  }
}
