import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SlotRecord } from '../../batch/ledger';
import type { BatchDefinitions, BatchJobDefinition } from '../../contract/batch';
import { buildBundle, bundles } from '../../scripts/bundle';
import { AwsOfHost } from './aws-of-host';

export const LEASE = '/cdk-cutover/shop/lease';
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/** Tools of the operating system that a test must not touch the machine with. Each notes what it was asked. */
const TOOLS = {
  rpm: 'exit 1',
  dnf: 'exit 0',
  timedatectl: 'if [ "$1" = show ]; then echo UTC; fi',
  systemctl: 'if [ "$1" = is-active ]; then exit 3; fi',
  useradd: 'exit 0',
  usermod: 'exit 0',
  groupadd: 'exit 0',
};

let program: Promise<string> | undefined;

/** The bundle as it is shipped, built once in a suite. */
async function builtProgram(): Promise<string> {
  const bundle = bundles.find(({ name }) => name === 'batch-host');
  if (bundle === undefined) throw new Error('There is no bundle batch-host.');
  const folder = mkdtempSync(join(tmpdir(), 'batch-program-'));
  return buildBundle(bundle, folder);
}

export function job(name: string, more: Partial<BatchJobDefinition> = {}): BatchJobDefinition {
  return {
    name,
    schedule: '* * * * *',
    command: `echo ${name}`,
    user: 'root',
    environment: {},
    secrets: [],
    overlap: 'skip',
    late: 'none',
    idempotent: false,
    criterion: { exitCodes: [0] },
    logGroup: `group-of-${name}`,
    ...more,
  };
}

/** A batch host in a folder of this machine: the real program, in processes of its own. */
export class HostUnderTest {
  readonly aws = new AwsOfHost();
  readonly root = mkdtempSync(join(tmpdir(), 'batch-host-'));
  private readonly started: ChildProcess[] = [];

  static async start(): Promise<HostUnderTest> {
    const host = new HostUnderTest();
    await host.aws.start();
    host.aws.parameters.set(LEASE, { value: host.aws.instanceId, since: LONG_AGO });
    // Jobs of other users look through it.
    chmodSync(host.root, 0o755);
    const tools = join(host.root, 'tools');
    mkdirSync(tools);
    for (const [tool, does] of Object.entries(TOOLS)) {
      writeFileSync(join(tools, tool), `#!/bin/sh\necho "${tool} $*" >> "${host.root}/tools.log"\n${does}\n`);
      chmodSync(join(tools, tool), 0o755);
    }
    return host;
  }

  async stop(): Promise<void> {
    for (const child of this.started) if (child.exitCode === null) child.kill('SIGKILL');
    for (const pid of this.jobsEver()) killGroup(pid);
    await this.aws.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Every job that was started, and may outlive its runner. */
  private jobsEver(): number[] {
    const ledger = join(this.root, 'var/lib/cutover-batch/ledger');
    if (!existsSync(ledger)) return [];
    return readdirSync(ledger, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.process'))
      .map((file) => Number.parseInt(readFileSync(join(ledger, file), 'utf8'), 10));
  }

  /** Whether a job that was started goes on. */
  hasJobs(): boolean {
    return this.jobsEver().some((pid) => /^\d+ \(.*\) [^ZX]/.test(readProc(pid, 'stat')));
  }

  /** As an asset is unpacked on the host. */
  async asset(
    jobs: readonly BatchJobDefinition[],
    { files = {}, ...more }: Partial<BatchDefinitions> & { files?: Record<string, string> } = {},
  ): Promise<string> {
    program ??= builtProgram();
    const folder = mkdtempSync(join(this.root, 'asset-'));
    const definitions: BatchDefinitions = {
      host: 'shop',
      region: 'eu-west-1',
      leaseParameter: LEASE,
      timeZone: 'UTC',
      gate: 'open',
      packages: [],
      setup: [],
      users: [],
      logFiles: [],
      runsLogGroup: 'group-of-runs',
      jobs,
      ...more,
    };
    const all: Record<string, string | Buffer> = {
      'batch-host.js': readFileSync(await program),
      'definitions.json': JSON.stringify(definitions),
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [join('files', name), text])),
    };
    mkdirSync(join(folder, 'files'));
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text, { mode: 0o755 });
    }
    const sums = Object.entries(all).map(
      ([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}`,
    );
    writeFileSync(join(folder, 'SHA256SUMS'), `${sums.join('\n')}\n`);
    return folder;
  }

  async deploy(...of: Parameters<HostUnderTest['asset']>): Promise<string> {
    const folder = await this.asset(...of);
    const { status, stderr } = await this.apply(folder);
    if (status !== 0) throw new Error(stderr);
    return folder;
  }

  apply(folder: string, texts: readonly string[] = []) {
    const bindings = Buffer.from(JSON.stringify(texts)).toString('base64');
    return this.ended(this.node(join(folder, 'batch-host.js'), 'apply', folder, bindings));
  }

  /** As the line of cron. */
  run(name: string, ...more: string[]): ChildProcess {
    return this.spawn(join(this.root, 'opt/cutover-batch/current/cutover-batch'), 'run', name, ...more);
  }

  async runToEnd(name: string, ...more: string[]) {
    const ended = await this.ended(this.run(name, ...more));
    if (ended.status !== 0) throw new Error(ended.stderr);
  }

  async tick(): Promise<void> {
    const ended = await this.ended(this.spawn(join(this.root, 'opt/cutover-batch/current/cutover-batch'), 'tick'));
    if (ended.status !== 0) throw new Error(ended.stderr);
  }

  node(...args: string[]): ChildProcess {
    return this.spawn(process.execPath, ...args);
  }

  /** A program of the host. */
  command(path: string, ...args: string[]): ChildProcess {
    return this.spawn(join(this.root, path), ...args);
  }

  /** A program of the machine. */
  program(file: string, ...args: string[]): ChildProcess {
    return this.spawn(file, ...args);
  }

  private spawn(file: string, ...args: string[]): ChildProcess {
    const child = spawn(file, args, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.started.push(child);
    return child;
  }

  /** Of cron, and of Systems Manager's agent. */
  get environment(): Record<string, string> {
    return {
      ...this.aws.environment,
      CUTOVER_BATCH_ROOT: this.root,
      PATH: `${join(this.root, 'tools')}:${process.env.PATH}`,
    };
  }

  async ended(child: ChildProcess) {
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (piece) => {
      output.stdout += piece;
    });
    child.stderr?.on('data', (piece) => {
      output.stderr += piece;
    });
    const [status, signal] = await once(child, 'close');
    return { status, signal, ...output };
  }

  read(path: string): string {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  output(name: string): string {
    return this.read(`var/log/cutover-batch/jobs/${name}.log`);
  }

  events(): Record<string, unknown>[] {
    const lines = this.read('var/log/cutover-batch/runs.log').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  eventsOf(name: string): string[] {
    return this.events()
      .filter(({ Job }) => Job === name)
      .map(({ event }) => String(event));
  }

  records(name: string): Record<string, SlotRecord> {
    const folder = join(this.root, 'var/lib/cutover-batch/ledger', name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'settled.json');
    return Object.fromEntries(
      files.sort().map((file) => [file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
    );
  }

  states(name: string): string[] {
    return Object.values(this.records(name)).map(({ state }) => state);
  }

  /** Says of a job that all until then is settled. */
  settle(name: string, until: Date): void {
    this.write(`var/lib/cutover-batch/ledger/${name}/settled.json`, JSON.stringify({ until: until.toISOString() }));
  }

  claim(name: string, slot: string, record: SlotRecord): void {
    this.write(`var/lib/cutover-batch/ledger/${name}/${slot}.json`, JSON.stringify(record));
    const isOver = record.state !== 'waiting' && record.state !== 'running';
    if (!isOver) this.write(`var/lib/cutover-batch/ledger/${name}/${slot}.open`, '');
  }

  asked(): string[] {
    return this.read('tools.log')
      .split('\n')
      .filter((line) => line !== '');
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Of a process that may be gone. */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** Waits for what is bound to happen; jest's own limit says when it does not. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

export const isRoot = process.getuid?.() === 0;
