import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describeProblem, readCrontab } from '../../../cron/crontab';
import { warn } from '../../cutover/annotations';
import { checkMigrationName } from '../../cutover/migration-name';
import { claimName } from '../../cutover/validations/one-name';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { BatchGate } from '../batch-host-props';
import { BatchDecision } from '../batch-job';
import type { BatchHostMigrationProps } from './batch-host-migration-props';
import type { BatchMigrationJob } from './batch-migration-job';
import { hasUserColumn } from './job-facts';

export function assertMigrationStated(props: BatchHostMigrationProps): void {
  assertStated('BatchHostMigrationProps', props, {
    blue: 'the old server, e.g. BatchSource.instance(…)',
    host: 'the BatchHost that the jobs move to',
    jobs: 'the jobs that move',
  });
}

/** @throws ValidationError where nothing could move as it is stated */
export function checkMigration(migration: IConstruct, name: string, props: BatchHostMigrationProps): void {
  checkMigrationName(name);
  claimName(migration, name);
  checkSides(props);
  checkNames(props);
  for (const job of props.jobs) checkJob(job, props);
  checkOrder(props.jobs);
  tellTheOthers(migration, props);
}

function checkSides({ blue, host }: BatchHostMigrationProps): void {
  if (blue._id !== undefined && blue._id === host.instance.instanceId) {
    throw new ValidationError(`blue: got the instance of ${host.node.path} itself; accepted is the old server.`);
  }
  const { gate } = host._stated;
  if (gate === BatchGate.CLOSED) return;
  const when = gate === BatchGate.OPEN ? 'at once, beside the old server' : 'when somebody starts it';
  throw new ValidationError(
    `host: got ${host.node.path}, which runs each job ${when}; accepted is a BatchHost with gate: BatchGate.CLOSED.`,
  );
}

function checkNames({ jobs, host }: BatchHostMigrationProps): void {
  if (jobs.length === 0) throw new ValidationError('jobs: got none; accepted is at least one.');
  const known = host._stated.jobs.map(({ name }) => name);
  const names = jobs.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new ValidationError(`jobs: got ${twice} twice; accepted is once.`);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ValidationError(`jobs: got '${unknown}'; ${host.node.path} has ${known.join(', ')}.`);
  }
  const lines = jobs.map(({ file, line, sha256 }) => `${file} ${sha256 ?? line}`);
  const again = lines.findIndex((line, at) => lines.indexOf(line) !== at);
  if (again !== -1) {
    throw new ValidationError(
      `job ${names[again]}: got the line of job ${names[lines.indexOf(lines[again] ?? '')]}; accepted is a line of its own.`,
    );
  }
}

/** What the programs on the hosts take as a path, and cron reads. */
const CRONTAB = /^\/(etc\/crontab|etc\/cron\.d\/[A-Za-z0-9_-]+|var\/spool\/cron\/(crontabs\/)?[A-Za-z0-9_.-]+)$/;

function checkJob(job: BatchMigrationJob, { host }: BatchHostMigrationProps): void {
  const { name, file, line, sha256, after = [], provedBy, lastRunWithin } = job;
  const refuse = (what: string): never => {
    throw new ValidationError(`job ${name}: ${what}`);
  };
  if (!CRONTAB.test(file)) {
    refuse(
      `file: got '${file}'; accepted are /etc/crontab, files of /etc/cron.d, and users' crontabs in /var/spool/cron. What anacron and run-parts start (/etc/cron.daily and the like) is stated as lines of its own first.`,
    );
  }
  if ((line === undefined) === (sha256 === undefined)) {
    refuse(
      'line: got ' +
        (line === undefined ? 'neither line nor sha256' : 'line and sha256') +
        '; accepted is one of the two.',
    );
  }
  if (sha256 !== undefined && !Token.isUnresolved(sha256) && !/^[0-9a-f]{64}$/.test(sha256)) {
    refuse(`sha256: got '${sha256}'; accepted are 64 hexadecimal digits, in lower case.`);
  }
  if (line !== undefined) checkLine(job, line, refuse);
  const stated = host._stated.jobs.find((each) => each.name === name);
  if (stated?.schedule.trim() === '@reboot') {
    refuse(
      'schedule: got @reboot, which has no slots that could move; take it out of the list, and off the old server by hand.',
    );
  }
  if (stated?.decision === BatchDecision.RETIRED && provedBy !== undefined) {
    refuse('provedBy: got one of a job that is retired, and never runs; leave it out.');
  }
  if (provedBy !== undefined && !(Number.isInteger(provedBy) && provedBy >= 1 && provedBy <= 10)) {
    refuse(
      `provedBy: got ${provedBy}; accepted are whole numbers from 1 to 10, which a look at the host's ledger shows.`,
    );
  }
  const seconds = lastRunWithin?.toSeconds();
  if (seconds !== undefined && (seconds < 60 || seconds > 24 * 60 * 60)) {
    refuse(`lastRunWithin: got ${seconds} s; accepted are 1 minute to 24 hours.`);
  }
  if (after.includes(name)) refuse('after: got the job itself; accepted are others.');
}

/** As the cron reads it that is laxer: which one blue has is not known. */
function checkLine({ file }: BatchMigrationJob, line: string, refuse: (what: string) => never): void {
  if (/[\n\r]/.test(line)) refuse('line: got a line break; accepted is one line, without its end.');
  const read = (dialect: 'cronie' | 'debian') =>
    readCrontab(`${line}\n`, { file, dialect, userColumn: hasUserColumn(file) });
  const [cronie, debian] = [read('cronie'), read('debian')];
  const problems = [cronie, debian].map((crontab) => crontab.problems);
  const [problem] = problems[0] ?? [];
  if (cronie.entries.length + debian.entries.length > 0) return;
  refuse(
    problem === undefined
      ? `line: got '${line.slice(0, 20)}…', which starts nothing; accepted is a line with its time, and its command.`
      : `line: ${describeProblem(problem)}`,
  );
}

function checkOrder(jobs: readonly BatchMigrationJob[]): void {
  const after = new Map(jobs.map((job) => [job.name, job.after ?? []]));
  for (const [name, before] of after) {
    const unknown = before.find((each) => !after.has(each));
    if (unknown !== undefined) {
      throw new ValidationError(
        `job ${name}: after: got '${unknown}'; accepted are other jobs that move: ${[...after.keys()].join(', ')}.`,
      );
    }
  }
  for (const name of after.keys()) {
    const circle = circleFrom(name, after, []);
    if (circle !== undefined) {
      throw new ValidationError(
        `job ${name}: after: got a circle, ${circle.join(' after ')}; accepted is an order in which all can move.`,
      );
    }
  }
}

function circleFrom(
  name: string,
  after: ReadonlyMap<string, readonly string[]>,
  path: readonly string[],
): string[] | undefined {
  if (path[0] === name) return [...path, name];
  if (path.includes(name)) return undefined;
  for (const before of after.get(name) ?? []) {
    const circle = circleFrom(before, after, [...path, name]);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function tellTheOthers(migration: IConstruct, { host, jobs }: BatchHostMigrationProps): void {
  const moving = jobs.map(({ name }) => name);
  const others = host._stated.jobs
    .filter(({ name, decision }) => decision !== BatchDecision.RETIRED && !moving.includes(name))
    .map(({ name }) => name);
  if (others.length === 0) return;
  warn(
    migration,
    'cdk-cutover:JobsThatDoNotMove',
    `${others.join(', ')}: the host's gate is closed, and no line of the old server is stated in jobs: nobody runs them on the host. State them, or open the gate when all others have moved.`,
  );
}
