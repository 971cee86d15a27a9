import { commandOf } from './command';
import type { Dialect } from './dialect';
import { readAssignment } from './environment';
import { Schedule } from './schedule';
import { CronSyntaxError } from './syntax-error';
import { type Word, wordsOf } from './words';

export interface CrontabProps {
  /** What to call the file in problems. */
  readonly file: string;
  readonly dialect: Dialect;
  /** Whether a sixth column says whom the command runs as: so in /etc/crontab and /etc/cron.d, and not in the crontabs of users. */
  readonly userColumn: boolean;
  /** The time zone of the host. @default UTC */
  readonly timeZone?: string;
}

/** A line that runs something. */
export interface CrontabEntry {
  /** From 1 on. */
  readonly line: number;
  readonly schedule: Schedule;
  /** What the column says. A crontab of a user has none. */
  readonly user?: string;
  /** For the shell: up to the first `%`, and each `\%` is `%`. */
  readonly command: string;
  /** What follows the first `%`: cron gives it to the command on standard input. */
  readonly stdin?: string;
  /** What the lines above set. cron adds SHELL, HOME, PATH, LOGNAME and USER where they are missing. */
  readonly environment: Readonly<Record<string, string>>;
  /** cronie does not log the start of a line that begins with `-`. */
  readonly logged: boolean;
}

/** A line that is not read. */
export interface CrontabProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was got, what is accepted, what to do. */
  readonly message: string;
  /**
   * cron, or a version of it, takes the line all the same. It refuses the others, and then cronie leaves out the line, but
   * Debian's cron the whole file.
   */
  readonly cronTakesIt: boolean;
}

export interface Crontab {
  readonly entries: readonly CrontabEntry[];
  readonly problems: readonly CrontabProblem[];
}

/** Debian's cron refuses a command that has more bytes (MAX_COMMAND in cron.h). */
const MAX_LINE_OF_DEBIAN = 998;
const USER = /^[a-z_][a-z0-9_.-]*\$?$/i;
/** More than a command's name can be, and just what other schedulers have as a sixth and a seventh field. */
const SIXTH_FIELD = /^[?*\d][\d*?,/-]*$/;

/** What a crontab asks for. Nothing throws for what stands in the file: each line is an entry, or a problem, or neither. */
export function readCrontab(text: string, props: CrontabProps): Crontab {
  const entries: CrontabEntry[] = [];
  const problems: CrontabProblem[] = [];
  const environment = new Map<string, string>();
  const lines = text.split('\n');
  lines.forEach((whole, index) => {
    const line = index + 1;
    const [first] = wordsOf(whole);
    if (!first || first.text.startsWith('#')) return;
    try {
      checkLine(whole, index === lines.length - 1, props);
      const assignment = readAssignment(whole, props.dialect);
      if (assignment) environment.set(assignment.name, assignment.value);
      else entries.push({ line, ...readEntry(whole, environment, props) });
    } catch (error) {
      if (!(error instanceof CronSyntaxError)) throw error;
      const { column, message, cronTakesIt } = error;
      problems.push({ file: props.file, line, column, message, cronTakesIt });
    }
  });
  return { entries, problems };
}

/** `deploy/crontab:12:3: …`, as compilers write it. */
export function describeProblem({ file, line, column, message }: CrontabProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function checkLine(line: string, isLast: boolean, { dialect }: CrontabProps): void {
  if (isLast) {
    const lost = dialect === 'debian' ? 'the whole file' : 'the line';
    throw new CronSyntaxError(`the file ends without a newline, and cron leaves out ${lost}; add one`, line.length + 1);
  }
  if (line.includes('\0')) throw new CronSyntaxError('a NUL is not text; take it out', line.indexOf('\0') + 1, true);
  if (line.endsWith('\r')) {
    const why =
      'ends with CR LF, and cron leaves the CR to the shell as a part of the command; save the file with LF alone';
    throw new CronSyntaxError(`the line ${why}`, line.length, line.trim() !== '');
  }
}

function readEntry(
  line: string,
  environment: ReadonlyMap<string, string>,
  { dialect, userColumn, timeZone }: CrontabProps,
): Omit<CrontabEntry, 'line'> {
  const { words, logged } = withoutDash(wordsOf(line), dialect);
  checkEnvironment(environment, words, dialect);
  const cronTimeZone = environment.get('CRON_TZ');
  const { schedule, taken } = beginOf(words, { dialect, timeZone, cronTimeZone });
  const after = words.slice(taken);
  const end = line.trimEnd().length + 1;
  if (after[0]?.text.startsWith('*')) {
    throw new CronSyntaxError(
      `\`${after[0].text}\` is a field too many; cron has none of seconds or years`,
      after[0].column,
    );
  }
  const userWord = userColumn ? after.shift() : undefined;
  const user = userColumn ? readUser(userWord, end, dialect) : undefined;
  const begin = userWord ? userWord.column + userWord.text.length + 1 : after[0]?.column;
  const command = readCommand(line, after[0], begin ?? end, dialect);
  return {
    schedule,
    ...(user !== undefined && { user }),
    ...commandOf(command, dialect),
    environment: Object.fromEntries(environment),
    logged,
  };
}

/** cronie logs nothing of a line that begins with `-`, which root alone may write. */
function withoutDash(words: readonly Word[], dialect: Dialect): { words: readonly Word[]; logged: boolean } {
  const [first, ...others] = words;
  if (dialect !== 'cronie' || !first?.text.startsWith('-')) return { words, logged: true };
  if (first.text === '-') throw new CronSyntaxError('the minute must follow `-` without a blank', first.column + 1);
  return { words: [{ text: first.text.slice(1), column: first.column + 1 }, ...others], logged: false };
}

/** What cronie's own variables do to the runs of a line. Debian's cron takes them for variables of the command. */
function checkEnvironment(environment: ReadonlyMap<string, string>, [first]: readonly Word[], dialect: Dialect): void {
  if (dialect !== 'cronie') return;
  const column = first?.column ?? 1;
  const delay = environment.get('RANDOM_DELAY');
  if (delay !== undefined && Number.parseInt(delay, 10) > 0) {
    const what = `below RANDOM_DELAY=${delay} runs start up to so many minutes late, and crond draws how many whenever it starts`;
    throw new CronSyntaxError(`${what}; take that line out, and give lines minutes of their own`, column, true);
  }
  if (environment.get('CRON_TZ') === '') {
    const what = 'below an empty CRON_TZ nothing is made up for where the clock of the host is put forward';
    throw new CronSyntaxError(`${what}; take that line out, or name a time zone`, column, true);
  }
}

function beginOf(words: readonly Word[], props: { dialect: Dialect; timeZone?: string; cronTimeZone?: string }) {
  try {
    return Schedule.begin(words, props);
  } catch (error) {
    if (error instanceof CronSyntaxError) throw error;
    const column = words[0]?.column ?? 1;
    throw new CronSyntaxError(error instanceof Error ? error.message : String(error), column, true);
  }
}

function readUser(word: Word | undefined, end: number, dialect: Dialect): string {
  if (!word) throw new CronSyntaxError('accepted are a user and a command after the time; there are neither', end);
  if (!USER.test(word.text)) {
    const what = `\`${word.text}\` is no name of a user; here whom the command runs as stands before it`;
    throw new CronSyntaxError(what, word.column, dialect === 'cronie');
  }
  return word.text;
}

/** `begin` is where cron has the command begin: right after the blank that ends the user. */
function readCommand(line: string, first: Word | undefined, begin: number, dialect: Dialect): string {
  if (!first) {
    // Debian's cron runs the empty command, if there is anything after the user.
    const taken = dialect === 'debian' && begin <= line.length + 1;
    throw new CronSyntaxError('there is no command; write one after the time', line.trimEnd().length + 1, taken);
  }
  if (SIXTH_FIELD.test(first.text)) {
    const what = `\`${first.text}\` looks like a field too many, and cron takes it for the command; cron has no field of seconds or years`;
    throw new CronSyntaxError(what, first.column, true);
  }
  if (first.text.startsWith('-')) {
    const what = `a command that begins with \`-\`, as ${first.text} does, is an option to cronie from 1.7.0 on; write the command first`;
    throw new CronSyntaxError(what, first.column, true);
  }
  const command = line.slice(first.column - 1);
  if (dialect === 'debian' && Buffer.byteLength(line.slice(begin - 1)) > MAX_LINE_OF_DEBIAN) {
    throw new CronSyntaxError(`a command has at most ${MAX_LINE_OF_DEBIAN} bytes; move it to a script`, first.column);
  }
  return command;
}
