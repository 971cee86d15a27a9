import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BatchJobDefinition, BatchUserDefinition } from '../../contract/batch';
import { replaceFile } from '../atomic-file';
import { readJson } from '../ledger';
import type { Paths } from '../paths';
import { SystemUser } from '../system-user';

/** Repositories that are being published, and routes that are not there yet. */
const TRIES = 5;

/** What is changed of the operating system, by its own tools. Each step looks first, and does nothing where all is well. */
export class Machine {
  constructor(private readonly paths: Paths) {}

  installPackages(packages: readonly string[]): void {
    const missing = packages.filter((name) => !succeeds('rpm', '--query', '--whatprovides', name));
    if (missing.length === 0) return;
    for (let left = TRIES; ; left -= 1) {
      if (succeeds('dnf', 'install', '--assumeyes', ...missing)) return;
      if (left === 1) throw new Error(`dnf cannot install ${missing.join(', ')}: see the output above.`);
      sleepSeconds(TRIES - left + 1);
    }
  }

  /**
   * cron takes it over at its next start, which ends no run.
   *
   * @see docs/aws-facts.md#al2023-cronie
   */
  setTimeZone(zone: string): void {
    const shown = run('timedatectl', 'show', '--property=Timezone', '--value');
    if (shown.stdout.trim() === zone) return;
    must('timedatectl', 'set-timezone', zone);
    if (succeeds('systemctl', 'is-active', '--quiet', 'crond')) must('systemctl', 'restart', 'crond');
  }

  makeUsers(users: readonly BatchUserDefinition[]): void {
    for (const { name, uid, groups } of users) {
      for (const group of groups) if (!succeeds('getent', 'group', group)) must('groupadd', group);
      const of = groups.length === 0 ? [] : ['--groups', groups.join(',')];
      if (!succeeds('getent', 'passwd', name)) {
        must('useradd', '--create-home', ...(uid === undefined ? [] : ['--uid', String(uid)]), ...of, name);
      } else if (!this.isIn(name, groups)) {
        must('usermod', '--append', ...of, name);
      }
    }
  }

  private isIn(user: string, groups: readonly string[]): boolean {
    const all = run('id', '--name', '--groups', user).stdout.split(/\s/);
    return groups.every((group) => all.includes(group));
  }

  /** @throws Error before anything of the jobs is changed */
  checkUsers(jobs: readonly BatchJobDefinition[]): void {
    for (const { user } of jobs) SystemUser.named(user);
  }

  /** Each command once, and again when its text is another. */
  setUp(commands: readonly string[], folder: string): void {
    for (const command of commands) {
      const digest = createHash('sha256').update(command).digest('hex');
      const done = join(this.paths.state, 'setup', `${digest}.json`);
      if (readJson(done) !== undefined) continue;
      const { status } = spawnSync('/bin/sh', ['-e', '-c', command], { cwd: folder, stdio: 'inherit' });
      if (status !== 0) throw new Error(`setup: the command ended with ${status}: ${command}`);
      replaceFile(done, JSON.stringify({ command }));
    }
  }

  isCloudWatchAgentUp(): boolean {
    return succeeds('systemctl', 'is-active', '--quiet', 'amazon-cloudwatch-agent');
  }

  startCloudWatchAgent(): void {
    must('systemctl', 'enable', 'amazon-cloudwatch-agent');
    must('systemctl', 'restart', 'amazon-cloudwatch-agent');
  }

  startCron(): void {
    if (!succeeds('systemctl', 'is-active', '--quiet', 'crond')) must('systemctl', 'enable', '--now', 'crond');
  }
}

function run(program: string, ...args: string[]) {
  const ended = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (ended.error !== undefined) throw new Error(`${program} cannot be run on this host: ${ended.error.message}`);
  return ended;
}

function succeeds(program: string, ...args: string[]): boolean {
  return run(program, ...args).status === 0;
}

function must(program: string, ...args: string[]): void {
  const { status } = run(program, ...args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: see the output above.`);
}

function sleepSeconds(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1_000);
}
