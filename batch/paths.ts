import { join } from 'node:path';

/** Where things are on the host. All of them lie below `root`, which is empty but in tests. */
export class Paths {
  readonly root = process.env.CUTOVER_BATCH_ROOT ?? '';

  /** Programs, definitions and the app's files, a folder a revision; `current` names the one that new runs take. */
  readonly installed = join(this.root, '/opt/cutover-batch');
  readonly revisions = join(this.installed, 'revisions');
  readonly current = join(this.installed, 'current');

  /** For people on the host. */
  readonly command = join(this.root, '/usr/bin/cutover-batch');

  /** What must outlive a deploy: the ledger, and which jobs may run. */
  readonly state = join(this.root, '/var/lib/cutover-batch');
  readonly ledger = join(this.state, 'ledger');
  readonly gates = join(this.state, 'gates');
  readonly locks = join(this.state, 'locks');

  readonly logs = join(this.root, '/var/log/cutover-batch');
  readonly runsLog = join(this.logs, 'runs.log');

  readonly crontab = join(this.root, '/etc/cron.d/cutover-batch');
  readonly logRotation = join(this.root, '/etc/logrotate.d/cutover-batch');
  readonly cloudWatchAgent = join(this.root, '/opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json');

  logOf(job: string): string {
    return join(this.logs, 'jobs', `${job}.log`);
  }

  lockOf(job: string): string {
    return join(this.locks, `${job}.lock`);
  }

  gateOf(job: string): string {
    return join(this.gates, `${job}.json`);
  }
}
