import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { BlueAnswer } from '../../contract/batch-handover';
import { blueProgram } from '../../scripts/blue-program';

const MINUTE = 60_000;

export type Arguments = Readonly<Record<string, string | number>>;

/** An old server in a folder of this machine: the program as a command brings it, a crontab, and the shell that cron starts. */
export class BlueHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'blue-'));
  readonly root = join(this.folder, 'guard');
  readonly crontab = join(this.folder, 'etc/shop');
  private readonly program = join(this.folder, 'handover.sh');

  /**
   * @param shell - that its `sh` is. @default - this machine's
   * @param tools - the one folder of its PATH. @default - this machine's folders
   */
  constructor(
    text: string,
    private readonly shell: readonly string[] = ['sh'],
    tools?: string,
  ) {
    began = Date.now();
    mkdirSync(join(this.folder, 'etc'));
    writeFileSync(this.crontab, text);
    const program = blueProgram()
      .replace('/var/lib/cutover-guard', this.root)
      .replaceAll('/bin/sh ', `${shell[0] === 'sh' ? '/bin/sh' : shell.join(' ')} `);
    writeFileSync(
      this.program,
      tools === undefined ? program : program.replaceAll(/^( *)PATH=.*$/gm, `$1PATH=${tools}`),
    );
  }

  stop(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Tells the host something about the job of a line. */
  async tell(command: string, line: string, more: Arguments = {}): Promise<BlueAnswer> {
    const { stdout } = await this.run([
      command,
      ...Object.entries({
        job: 'export',
        sent: moment(Date.now()),
        deadline: moment(Date.now() + 10 * MINUTE),
        file: this.crontab,
        sha256: sha256(line),
        user: userInfo().username,
        userColumn: 'yes',
        ...more,
      }).map(([name, value]) => `${name}=${value}`),
    ]);
    return JSON.parse(stdout) as BlueAnswer;
  }

  async run(args: readonly string[]) {
    const [file = 'sh', ...before] = this.shell;
    return ended(file, [...before, this.program, ...args]);
  }

  text(): string {
    return readFileSync(this.crontab, 'utf8');
  }

  lines(): string[] {
    return this.text().split('\n');
  }

  /** Starts what a line of the crontab runs, as cron does. @returns what it printed */
  async start(column: number, line: string | undefined): Promise<string> {
    const command = String(line)
      .split(/[ \t]+/)
      .slice(column)
      .join(' ');
    const [file = 'sh', ...before] = this.shell;
    return (await ended(file, [...before, '-c', command])).stdout;
  }

  ledger(job = 'export'): string[][] {
    const runs = join(this.root, 'jobs', job, 'runs');
    return readdirSync(runs)
      .filter((file) => file.startsWith('2'))
      .sort()
      .flatMap((file) => readFileSync(join(runs, file), 'utf8').trim().split('\n'))
      .map((each) => each.split(' '));
  }

  note(day: string, lines: readonly string[], job = 'export'): void {
    writeFileSync(join(this.root, 'jobs', job, 'runs', day), lines.map((line) => `${line}\n`).join(''));
  }
}

export async function ended(file: string, args: readonly string[]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  const [status] = await once(child, 'close');
  return { status: status as number | null, stdout, stderr };
}

export const moment = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
export const slot = (at: number) => `${new Date(at).toISOString().slice(0, 16)}Z`;
export const compactSlot = (at: number) => slot(at).replaceAll(/[-:TZ]/g, '');
/** When the host of this test was made: a slot stays where it is, whatever minute it is by the end. */
let began = Date.now();
export const minutesAgo = (minutes: number) => began - minutes * MINUTE;
/** Second 30 of the minute that is so many minutes away. */
export const cut = (minutes: number) => moment(Math.floor(began / MINUTE + minutes) * MINUTE + 30_000);
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
