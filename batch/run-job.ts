import { statSync } from 'node:fs';
import { BATCH_METRICS, type BatchJobDefinition } from '../contract/batch';
import { whyNoLine } from './criterion';
import { currentRevision, jobNamed, type Revision } from './definitions';
import { isOurs } from './gate';
import { type JobEnd, JobProcess, type JobStart, jobProcessIn } from './job-process';
import { allows, persistently, readLease } from './lease';
import { hasJob, Ledger, type SlotRecord } from './ledger';
import { type Lock, takeLock } from './lock';
import { instanceId } from './metadata';
import { whyMetricUnmet } from './metric';
import type { Paths } from './paths';
import { thisProcess } from './processes';
import { RunLog } from './run-log';
import { readSecrets } from './secrets';
import { dueAt, scheduleOf, slotByHand, slotToStart } from './slots';
import { SystemUser } from './system-user';

export interface RunRequest {
  readonly paths: Paths;
  readonly job: string;
  /** One that was missed, or that died and may be started again. Absent: the newest that nobody has. */
  readonly slot?: string;
  /** By hand, whatever the schedule says. */
  readonly now?: boolean;
}

/** Runs a job for one slot, if the slot is this host's and nobody has it. */
export async function runJob(request: RunRequest): Promise<void> {
  const run = Run.of(request);
  if (run === undefined || !(await run.isAllowed()) || !run.claim()) return;
  const lock = await run.withoutOverlap();
  if (lock === undefined) return;
  try {
    const secrets = await run.secrets();
    if (secrets !== undefined) await run.perform(secrets);
  } finally {
    lock.release();
  }
}

const NO_LOCK: Lock = { release: () => undefined };

/** How often it is looked whether a job has ended whose runner is dead. */
const LOOK_MS = 1_000;

class Run {
  private readonly runner = thisProcess();

  private constructor(
    private readonly paths: Paths,
    private readonly revision: Revision,
    private readonly job: BatchJobDefinition,
    private readonly ledger: Ledger,
    private readonly slot: string,
    private readonly log: RunLog,
    /** Late, or by hand: such a run waits for one that goes on. */
    private readonly isAskedFor: boolean,
    private readonly isByHand: boolean,
  ) {}

  static of({ paths, job: name, slot: stated, now = false }: RunRequest): Run | undefined {
    const revision = currentRevision(paths);
    const job = jobNamed(name, revision);
    const { host, timeZone } = revision.definitions;
    const ledger = new Ledger(paths.ledger, name);
    const log = new RunLog(paths.runsLog, host);
    const asked = now ? slotByHand(new Date()) : stated;
    const slot = asked ?? slotToStart(scheduleOf(job, timeZone), ledger, new Date());
    if (slot !== undefined) return new Run(paths, revision, job, ledger, slot, log, asked !== undefined, now);
    log.ofJob(name, 'not started', { reason: 'Every slot until now has been started, or is settled.' });
    return undefined;
  }

  /** Of the lease, which one host holds, and of the gate, which says whether the slot is this side's. */
  async isAllowed(): Promise<boolean> {
    const { leaseParameter, region, gate: initially } = this.revision.definitions;
    const now = new Date();
    try {
      const self = await persistently(instanceId);
      const asked = { job: this.job.name, slot: this.slot, instanceId: self, initially, now };
      if (!(this.isByHand && initially === 'byHand') && !isOurs(this.paths, asked)) {
        if (this.isByHand) this.tell('not started', { reason: 'The gate of the job is closed on this host.' });
        return false;
      }
      const lease = await persistently(() => readLease(leaseParameter, region));
      if (allows(lease, self, dueAt(this.slot) ?? now)) return true;
      this.tell('not started', { reason: `The host's lease is ${lease.holder}'s since ${lease.since.toISOString()}.` });
    } catch (error) {
      this.tell('not started', { reason: `It cannot be known who holds the host's lease: ${String(error)}` });
    }
    return false;
  }

  claim(): boolean {
    if (this.mayStartAgain() && this.ledger.claimAgain(this.slot)) {
      this.note({ state: 'waiting', attempt: 2 });
      return true;
    }
    if (this.ledger.claim(this.slot, this.record({ state: 'waiting' }))) return true;
    this.tell('not started', { reason: 'Another runner has the slot.' });
    return false;
  }

  /** What was never started may be; what died, where that does no harm. Once. */
  private mayStartAgain(): boolean {
    const state = this.ledger.read(this.slot)?.state;
    return state === 'missed' || (state === 'died' && this.job.idempotent);
  }

  /** The right to run now. None where another run of the job goes on and this one is to be left out. */
  async withoutOverlap(): Promise<Lock | undefined> {
    const { overlap, name } = this.job;
    if (overlap === 'allow') return NO_LOCK;
    const wait = overlap === 'queue' || this.isAskedFor;
    const lock = await takeLock(this.paths.lockOf(name), wait);
    if (lock !== undefined && (await this.isLeftBehindJobOver(wait))) return lock;
    lock?.release();
    this.end({ state: 'skipped', reason: 'The run before it goes on.' }, { [BATCH_METRICS.tooLong]: 1 });
    return undefined;
  }

  /** A runner that is killed gives up its lock, and its job goes on. */
  private async isLeftBehindJobOver(wait: boolean): Promise<boolean> {
    const isLeftBehind = () =>
      this.ledger
        .open()
        .some(([slot, record]) => slot !== this.slot && hasJob(record, jobProcessIn(this.ledger.processFileOf(slot))));
    while (isLeftBehind()) {
      if (!wait) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  async secrets(): Promise<Record<string, string> | undefined> {
    try {
      return await readSecrets(this.job.secrets, this.revision.definitions.region);
    } catch (error) {
      this.fail((error as Error).message);
      return undefined;
    }
  }

  async perform(secrets: Readonly<Record<string, string>>): Promise<void> {
    const logFile = this.paths.logOf(this.job.name);
    let begin: number;
    let running: JobProcess;
    let start: JobStart;
    try {
      start = {
        job: this.job,
        slot: this.slot,
        user: SystemUser.named(this.job.user),
        folder: this.revision.files,
        logFile,
        processFile: this.ledger.processFileOf(this.slot),
        secrets,
      };
      begin = sizeOf(logFile);
      // From here on the job may have been started: nobody starts it for this slot again.
      this.note({ state: 'running', startedAt: new Date().toISOString() });
      running = JobProcess.start(start);
      this.tell('started', {});
    } catch (error) {
      this.fail((error as Error).message);
      return;
    }
    const end = await running.end().catch((error: Error) => error);
    if (end instanceof Error) this.fail(end.message);
    else await this.judge(end, start, begin);
  }

  private async judge(end: JobEnd, start: JobStart, begin: number): Promise<void> {
    const { exitCodes } = this.job.criterion;
    const { exitCode, signal, timedOut } = end;
    const seconds = Number(end.seconds.toFixed(1));
    const told = { ...(exitCode !== undefined && { exitCode }), ...(signal !== undefined && { signal }), seconds };
    if (timedOut) {
      const reason = `It ran for ${this.job.timeoutSeconds} s, its time-out, and was ended.`;
      this.end({ state: 'timed-out', ...told, reason }, { [BATCH_METRICS.tooLong]: 1, [BATCH_METRICS.failed]: 1 });
    } else if (exitCode === undefined || !exitCodes.includes(exitCode)) {
      const got = exitCode === undefined ? `the signal ${signal}` : `exit code ${exitCode}`;
      this.fail(`It ended with ${got}; accepted is ${exitCodes.join(' or ')}.`, told);
    } else {
      const unmet = await this.whyUnmet(start, begin);
      if (unmet === undefined) this.end({ state: 'succeeded', ...told }, {});
      else this.fail(unmet, told);
    }
  }

  /** Of a run whose exit code is right. */
  private async whyUnmet(start: JobStart, begin: number): Promise<string | undefined> {
    const { logLine, check, metric } = this.job.criterion;
    if (logLine !== undefined) return whyNoLine(start.logFile, begin, logLine);
    if (check !== undefined) return whyCheckUnmet(check, start);
    if (metric === undefined) return undefined;
    return whyMetricUnmet(metric, dueAt(this.slot) ?? new Date(), this.revision.definitions.region);
  }

  private fail(reason: string, told: object = {}): void {
    this.end({ state: 'failed', reason, ...told }, { [BATCH_METRICS.failed]: 1 });
  }

  private end(record: Omit<SlotRecord, 'at'>, figures: Readonly<Record<string, number>>): void {
    const { state, ...fields } = record;
    this.note(record);
    this.tell(state, fields, figures);
  }

  private note(record: Omit<SlotRecord, 'at'>): void {
    const { attempt, startedAt } = this.ledger.read(this.slot) ?? {};
    const kept = { ...(attempt !== undefined && { attempt }), ...(startedAt !== undefined && { startedAt }) };
    this.ledger.write(this.slot, this.record({ ...kept, ...record }));
  }

  private record(record: Omit<SlotRecord, 'at'>): SlotRecord {
    return { ...record, at: new Date().toISOString(), runner: this.runner, revision: this.revision.name };
  }

  private tell(event: string, fields: object, figures: Readonly<Record<string, number>> = {}): void {
    const { owner } = this.job;
    const who = owner === undefined ? {} : { owner };
    this.log.ofJob(this.job.name, event, { slot: this.slot, ...who, ...fields }, figures);
  }
}

/** As the job itself runs: what it may do and see, the check may. `undefined` where it is met. */
async function whyCheckUnmet(check: string, start: JobStart): Promise<string | undefined> {
  const { standardInput: _, ...job } = start.job;
  try {
    const { exitCode, timedOut } = await JobProcess.start({ ...start, job: { ...job, command: check } }).end();
    return exitCode === 0 && !timedOut ? undefined : 'The check of what it has done did not end with exit code 0.';
  } catch (error) {
    return `The check of what it has done could not be started: ${(error as Error).message}`;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
