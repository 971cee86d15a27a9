import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { BatchDefinitions } from '../../contract/batch';
import { replaceFile } from '../atomic-file';
import { currentRevision } from '../definitions';
import { beginGate } from '../gate';
import { Ledger } from '../ledger';
import { instanceId } from '../metadata';
import type { Paths } from '../paths';
import { bind } from './bind';
import { followLogs } from './cloudwatch-agent';
import { crontabOf } from './crontab';
import { Machine } from './machine';
import { removeOldRevisions } from './old-revisions';

/**
 * Takes over what a deploy has brought. Repeated every half hour: it makes the host what the app says, and does nothing
 * where that is so. It never says which side runs a job, and leaves runs that go on alone.
 */
export async function apply(paths: Paths, folder: string, bindings: string): Promise<void> {
  const definitions = definitionsIn(folder, bindings);
  const machine = new Machine(paths);
  machine.installPackages(definitions.packages);
  machine.setTimeZone(definitions.timeZone);
  machine.makeUsers(definitions.users);
  machine.checkUsers(definitions.jobs);
  const revision = install(paths, folder, bindings, definitions);
  machine.setUp(definitions.setup, join(revision, 'files'));
  beginJobs(paths, definitions, await instanceId());
  makeCurrent(paths, revision);
  followLogs(paths, definitions, machine);
  // Last: from here on cron starts what is there now.
  const crontab = crontabOf(paths, definitions);
  if (textOf(paths.crontab) !== crontab) replaceFile(paths.crontab, crontab, 0o644);
  machine.startCron();
  removeOldRevisions(paths);
}

function definitionsIn(folder: string, bindings: string): BatchDefinitions {
  const texts = JSON.parse(Buffer.from(bindings, 'base64').toString()) as readonly string[];
  return bind(JSON.parse(readFileSync(join(folder, 'definitions.json'), 'utf8')), texts) as BatchDefinitions;
}

/** A folder that is whole, or not there. @returns it */
function install(paths: Paths, folder: string, bindings: string, definitions: BatchDefinitions): string {
  const digest = createHash('sha256')
    .update(readFileSync(join(folder, 'SHA256SUMS')))
    .update(bindings);
  const revision = join(paths.revisions, digest.digest('hex').slice(0, 16));
  if (existsSync(revision)) return revision;
  const made = `${revision}.new`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true, mode: 0o755 });
  cpSync(join(folder, 'files'), join(made, 'files'), { recursive: true, verbatimSymlinks: true });
  letAllRead(join(made, 'files'));
  cpSync(join(folder, 'batch-host.js'), join(made, 'batch-host.js'));
  // Root's alone: commands may name what not everyone need know.
  replaceFile(join(made, 'definitions.json'), JSON.stringify(definitions), 0o600);
  replaceFile(join(made, 'cutover-batch'), START, 0o755);
  renameSync(made, revision);
  return revision;
}

/** Users of jobs are others than root, who unpacks; and whose machine made the asset may have a strict umask. */
function letAllRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

/** A job's secrets are in its memory and in the runner's: neither may leave a core file. */
const START = `#!/bin/sh
ulimit -c 0
exec node "$(dirname "$(readlink -f "$0")")/batch-host.js" "$@"
`;

/** A job that is new, or due at other times, has missed nothing until now. */
function beginJobs(paths: Paths, definitions: BatchDefinitions, self: string): void {
  const before = new Map(
    existsSync(paths.current) ? currentRevision(paths).definitions.jobs.map((job) => [job.name, job] as const) : [],
  );
  const now = new Date().toISOString();
  for (const job of definitions.jobs) {
    beginGate(paths, job.name, self, definitions.gate);
    const former = before.get(job.name);
    const isDueAsBefore = former?.schedule === job.schedule && former.timeZone === job.timeZone;
    if (!isDueAsBefore) new Ledger(paths.ledger, job.name).settle(now);
  }
}

function makeCurrent(paths: Paths, revision: string): void {
  const made = `${paths.current}.new`;
  rmSync(made, { force: true });
  symlinkSync(revision, made);
  renameSync(made, paths.current);
  mkdirSync(dirname(paths.command), { recursive: true });
  rmSync(paths.command, { force: true });
  symlinkSync(join(paths.current, 'cutover-batch'), paths.command);
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
