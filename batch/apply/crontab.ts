import { dirname, join } from 'node:path';
import type { BatchDefinitions, BatchJobDefinition } from '../../contract/batch';
import type { Paths } from '../paths';

/**
 * The lines that cron goes by. Each only names its job: what the job is, its user and its secrets, the runner reads for
 * itself, and `%` means nothing here.
 */
export function crontabOf(paths: Paths, { jobs }: Pick<BatchDefinitions, 'jobs'>): string {
  const start = join(paths.current, 'cutover-batch');
  const lineOf = ({ name, schedule }: BatchJobDefinition) => `${schedule} root ${start} run ${name}`;
  const zones = [...new Set(jobs.map(({ timeZone }) => timeZone))].filter((zone) => zone !== undefined).sort();
  return [
    '# Written by each deploy, and every half hour: what is changed here is lost.',
    'SHELL=/bin/sh',
    `PATH=${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    'MAILTO=""',
    ...(paths.root === '' ? [] : [`CUTOVER_BATCH_ROOT=${paths.root}`]),
    `* * * * * root ${start} tick`,
    `17 * * * * root logrotate --state ${join(paths.state, 'logrotate.state')} ${paths.logRotation}`,
    // CRON_TZ holds for all lines below it: those of the host's own zone come first.
    ...jobs.filter(({ timeZone }) => timeZone === undefined).map(lineOf),
    ...zones.flatMap((zone) => [`CRON_TZ=${zone}`, ...jobs.filter(({ timeZone }) => timeZone === zone).map(lineOf)]),
    '',
  ].join('\n');
}
