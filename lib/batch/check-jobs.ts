import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Schedule } from '../../cron/schedule';
import { CronSyntaxError } from '../../cron/syntax-error';
import { warn } from '../cutover/annotations';
import { refuseElsewhere } from '../cutover/validations/elsewhere';
import { ValidationError } from '../validation-error';
import { BatchDecision, type BatchJob, BatchLate, BatchOverlap } from './batch-job';

export interface JobsChecked {
  readonly jobs: readonly BatchJob[];
  /** Users that the host has. */
  readonly users: readonly string[];
  readonly timeZone: string;
}

/** Those that Amazon Linux 2023 has for people and programs of one's own. */
export const USERS_OF_IMAGE = ['root', 'nobody', 'ec2-user'];

/** @throws ValidationError where a job is one that could not run as it is stated */
export function checkJobs(host: IConstruct, { jobs, users, timeZone }: JobsChecked): void {
  checkNames(jobs);
  for (const job of jobs) {
    const refuse = (what: string) => {
      throw new ValidationError(`job ${job.name}: ${what}`);
    };
    checkUser(job, users, refuse);
    checkCommand(job, refuse);
    checkSchedule(job, timeZone, refuse);
    checkTimes(job, refuse);
    checkDecision(job, refuse);
    checkMetric(host, job);
    checkVariables(host, job, refuse);
  }
}

type Refuse = (what: string) => void;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

function checkNames(jobs: readonly BatchJob[]): void {
  const seen = new Set<string>();
  for (const { name } of jobs) {
    if (typeof name !== 'string' || Token.isUnresolved(name) || !NAME.test(name)) {
      throw new ValidationError(
        `job: got the name '${name}'; accepted are 1 to 64 letters, digits, '-' and '_', beginning with a letter or digit, known at synthesis.`,
      );
    }
    // Names of log files and folders; and people read them aloud.
    if (seen.has(name.toLowerCase())) {
      throw new ValidationError(
        `job ${name}: got two jobs of this name; accepted is one. Name each after what it does.`,
      );
    }
    seen.add(name.toLowerCase());
  }
}

function checkUser({ user }: BatchJob, users: readonly string[], refuse: Refuse): void {
  const known = [...USERS_OF_IMAGE, ...users];
  if (Token.isUnresolved(user) || known.includes(user)) return;
  refuse(`user: got '${user}'; accepted are ${known.join(', ')}. List others in the users of the BatchHost.`);
}

function checkCommand({ command }: BatchJob, refuse: Refuse): void {
  if (Token.isUnresolved(command)) return;
  if (typeof command !== 'string' || command.trim() === '') {
    refuse(`command: got '${command}'; accepted is a command for /bin/sh.`);
  }
  if (/(^|[\s;&|/])anacron(\s|$)/.test(command)) {
    refuse(
      "command: got anacron, which starts by itself what it thinks was missed, beside this host's own records. State each of its jobs, and late: BatchLate.NEWEST where one is to be made up for.",
    );
  }
}

function checkSchedule(job: BatchJob, timeZone: string, refuse: Refuse): void {
  const { schedule: text } = job;
  if (typeof text !== 'string') refuse(`schedule: got ${text}; accepted is a schedule of cron, e.g. '0 3 * * *'.`);
  if ([text, timeZone, job.timeZone].some((each) => Token.isUnresolved(each))) return;
  if (/persistent\s*=|oncalendar\s*=/i.test(text)) {
    refuse(
      `schedule: got '${text}', of a systemd timer; accepted is a schedule of cron. For Persistent=true state late: BatchLate.NEWEST.`,
    );
  }
  const schedule = parsed(job, timeZone, refuse);
  if (schedule === undefined) return;
  if (schedule.atBoot) checkAtBoot(job, refuse);
  else if (schedule.nextSlots(new Date(), 1).length === 0) refuse(`schedule: got '${text}', which never comes.`);
}

function parsed({ schedule, timeZone: own }: BatchJob, timeZone: string, refuse: Refuse): Schedule | undefined {
  try {
    return Schedule.parse(schedule, { dialect: 'cronie', timeZone, cronTimeZone: own });
  } catch (error) {
    const where = error instanceof CronSyntaxError ? `schedule: '${schedule}', column ${error.column}: ` : '';
    refuse(`${where}${(error as Error).message}`);
    return undefined;
  }
}

function checkAtBoot({ decision, late }: BatchJob, refuse: Refuse): void {
  if (decision === undefined) {
    refuse(
      'schedule: got @reboot without a decision; a host that AWS moves to other hardware starts it again. State decision: BatchDecision.MOVED, or make a service of it in setup.',
    );
  }
  if (late !== undefined && late !== BatchLate.NONE) {
    refuse(`late: got ${late} with @reboot, which has no slots that could be missed; leave late out.`);
  }
}

function checkTimes({ timeout }: BatchJob, refuse: Refuse): void {
  if (timeout === undefined) return;
  if (timeout.isUnresolved())
    refuse('timeout: got one that only the deploy knows; accepted is one known at synthesis.');
  const seconds = timeout.toMilliseconds() / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1) return;
  refuse(`timeout: got ${seconds} s; accepted are whole seconds from 1 on.`);
}

/** One command alone, both of whose outputs go elsewhere: `job.sh > /tmp/log 2>&1`, `job.sh >/dev/null 2>/dev/null`, `job.sh &> f`. */
const SILENT = /^[^;|&<>\n]+(>>?\s*[^\s;|&<>]+\s+2>(&1|>?\s*[^\s;|&<>]+)|&>>?\s*[^\s;|&<>]+)\s*$/;

function checkDecision({ decision, criterion, overlap, command }: BatchJob, refuse: Refuse): void {
  if (criterion?._definition.logLine !== undefined && !Token.isUnresolved(command) && SILENT.test(command)) {
    refuse(
      `criterion: got a line of the output, and a command that sends all of its output elsewhere; no line would ever match. Take the redirection out: the output is in the job's log.`,
    );
  }
  if (decision === BatchDecision.RETIRED && criterion !== undefined) {
    refuse('criterion: got one of a job that is retired and never runs; leave one of the two out.');
  }
  if (overlap === BatchOverlap.ALLOW && criterion?._definition.logLine !== undefined) {
    refuse(
      'criterion: got a line of the output, of a job whose runs may overlap and write into one log; accepted is BatchCriterion.exitCode, or another overlap.',
    );
  }
}

/** The host asks its own Region, as its own account. */
function checkMetric(host: IConstruct, { name, criterion }: BatchJob): void {
  if (criterion?._whereabouts === undefined) return;
  refuseElsewhere(host, `job ${name}: criterion`, criterion._whereabouts, 'State BatchCriterion.check for it.');
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OF_SECRETS = /passw|secret|token|api_?key|credential/i;

function checkVariables(host: IConstruct, { name, environment = {}, secrets = {} }: BatchJob, refuse: Refuse): void {
  for (const variable of [...Object.keys(environment), ...Object.keys(secrets)]) {
    if (!VARIABLE.test(variable) || variable.startsWith('CUTOVER_')) {
      refuse(
        `environment: got the variable '${variable}'; accepted are letters, digits and _, not beginning with a digit, nor with CUTOVER_.`,
      );
    }
    if (variable in environment && variable in secrets) {
      refuse(`secrets: got ${variable}, which is in environment as well; accepted is one of the two.`);
    }
  }
  for (const [variable, value] of Object.entries(environment)) {
    if (!OF_SECRETS.test(variable) || Token.isUnresolved(value) || value === '') continue;
    warn(
      host,
      'cdk-cutover:SecretInEnvironment',
      `job ${name}: environment.${variable} looks like a secret, and stands in an asset as it is. State it in secrets: BatchSecret.fromField(secret, 'password').`,
    );
  }
}
