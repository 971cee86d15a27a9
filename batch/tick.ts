import { spawn } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_METRICS, type BatchJobDefinition } from '../contract/batch';
import { currentRevision, type Revision } from './definitions';
import { isOurs, ownSlots, readGate } from './gate';
import { jobProcessIn } from './job-process';
import { allows, type Lease, readLease } from './lease';
import { hasJob, hasRunner, Ledger, type SlotRecord } from './ledger';
import { takeLock } from './lock';
import { instanceId } from './metadata';
import type { Paths } from './paths';
import { signalGroup, thisProcess } from './processes';
import { RunLog } from './run-log';
import { dueAt, nameOf, prefixOf, scheduleOf } from './slots';

const MINUTE = 60_000;
/** A slot may be claimed this long after its minute: cron was late, or Systems Manager did not answer. */
const GRACE = 6 * MINUTE;
/** Missed slots are looked for this far back, and records kept. */
const MEMORY = 8 * 24 * 60 * MINUTE;

/** Starts a late slot, beside the tick. */
export type StartLate = (job: string, slot: string) => void;

/**
 * Once a minute, by cron as the jobs are: says that the host lives, and finds what nobody else would tell, because anyone who
 * should have is dead or was never started.
 */
export async function tick(paths: Paths, startLate: StartLate = startRunner, now = new Date()): Promise<void> {
  const lock = await takeLock(join(paths.locks, '.tick'), false);
  if (lock === undefined) return;
  try {
    await lookAtAll(paths, startLate, now);
  } finally {
    lock.release();
  }
}

async function lookAtAll(paths: Paths, startLate: StartLate, now: Date): Promise<void> {
  const revision = currentRevision(paths);
  const { definitions } = revision;
  const self = await instanceId();
  const lease = await readLease(definitions.leaseParameter, definitions.region);
  if (lease.holder !== self) return;
  const log = new RunLog(paths.runsLog, definitions.host);
  log.ofHost('heartbeat', {}, { [BATCH_METRICS.heartbeat]: 1, [BATCH_METRICS.diskUsed]: diskUsed(paths) });
  for (const job of definitions.jobs) {
    new Look({ paths, revision, lease, self, log, now, startLate }, job).look();
  }
}

interface Surroundings {
  readonly paths: Paths;
  readonly revision: Revision;
  readonly lease: Lease;
  readonly self: string;
  readonly log: RunLog;
  readonly now: Date;
  readonly startLate: StartLate;
}

/** At one job. */
class Look {
  private readonly ledger: Ledger;

  constructor(
    private readonly around: Surroundings,
    private readonly job: BatchJobDefinition,
  ) {
    this.ledger = new Ledger(around.paths.ledger, job.name);
  }

  look(): void {
    for (const [slot, record] of this.ledger.open()) this.lookAtOpen(slot, record);
    this.startOwed();
    this.lookForMissed();
    this.ledger.prune(prefixOf(new Date(this.around.now.getTime() - MEMORY)));
  }

  private lookAtOpen(slot: string, record: SlotRecord): void {
    if (hasRunner(record)) return;
    const job = jobProcessIn(this.ledger.processFileOf(slot));
    if (record.state === 'running' && hasJob(record, job)) {
      this.endInTime(record, job.pid);
    } else if (record.state === 'running') {
      const reason = 'Its runner was killed, or the host stopped: how far it came is not known.';
      this.settle(slot, { ...record, state: 'died', reason }, { [BATCH_METRICS.failed]: 1 });
      if (this.job.idempotent && record.attempt === undefined) this.around.startLate(this.job.name, slot);
    } else {
      this.miss(slot, record, 'Its runner was killed before it had started anything.');
      if (this.job.late !== 'none' && record.attempt === undefined) this.around.startLate(this.job.name, slot);
    }
  }

  /** The time-out of a run holds without its runner too. */
  private endInTime({ startedAt }: SlotRecord, pid: number): void {
    const { timeoutSeconds } = this.job;
    if (timeoutSeconds === undefined || startedAt === undefined) return;
    if (this.around.now.getTime() - Date.parse(startedAt) > timeoutSeconds * 1_000) signalGroup(pid, 'SIGKILL');
  }

  /** What a migration has given to this host. */
  private startOwed(): void {
    const { paths, self, revision } = this.around;
    const gate = readGate(paths, this.job.name, self, revision.definitions.gate);
    const owed = ownSlots(gate).find((slot) => !this.ledger.has(slot));
    if (owed !== undefined) this.makeUpFor(owed);
  }

  private lookForMissed(): void {
    const { now, lease, self, revision } = this.around;
    const schedule = scheduleOf(this.job, revision.definitions.timeZone);
    const earliest = now.getTime() - MEMORY;
    const settled = Date.parse(this.ledger.settledUntil ?? new Date(earliest).toISOString());
    const until = new Date(Math.max(settled, now.getTime() - GRACE));
    const missed = schedule
      .slotsBetween(new Date(Math.max(earliest, settled)), until)
      .map(nameOf)
      .filter((slot) => !this.ledger.has(slot) && this.isOurs(slot));
    // What was due before this host held the lease was another's, or nobody's: it is told, and not started.
    const late = missed.filter((slot) => allows(lease, self, dueAt(slot) ?? now)).slice(...this.chosen());
    for (const slot of missed.filter((each) => !late.includes(each))) {
      this.miss(slot, undefined, 'Nothing was started for it.');
    }
    const [first] = late;
    if (first !== undefined) this.makeUpFor(first);
    else if (until.getTime() > settled) this.ledger.settle(until.toISOString());
  }

  /** One at a time, and none beside a run that goes on. */
  private makeUpFor(slot: string): void {
    if (this.ledger.open().length === 0) this.around.startLate(this.job.name, slot);
  }

  /** Which of the missed slots are made up for, as Array.slice takes it. */
  private chosen(): [number, number?] {
    if (this.job.late === 'each') return [0];
    return this.job.late === 'newest' ? [-1] : [0, 0];
  }

  private isOurs(slot: string): boolean {
    const { paths, self, revision, now } = this.around;
    const { gate: initially } = revision.definitions;
    return isOurs(paths, { job: this.job.name, slot, instanceId: self, initially, now });
  }

  /** Claims it, so that nobody starts it any more, or says of one's own claim that it came to nothing. */
  private miss(slot: string, claimed: SlotRecord | undefined, reason: string): void {
    const record: Omit<SlotRecord, 'at'> = { state: 'missed', reason };
    if (claimed !== undefined) this.settle(slot, record, { [BATCH_METRICS.missed]: 1 });
    else if (this.ledger.claim(slot, this.stamped(record))) this.tell(slot, record, { [BATCH_METRICS.missed]: 1 });
  }

  private settle(slot: string, record: Omit<SlotRecord, 'at'>, figures: Readonly<Record<string, number>>): void {
    this.ledger.write(slot, this.stamped(record));
    this.tell(slot, record, figures);
  }

  private stamped(record: Omit<SlotRecord, 'at'>): SlotRecord {
    return { ...record, at: this.around.now.toISOString(), runner: thisProcess() };
  }

  private tell(slot: string, { state, reason }: Omit<SlotRecord, 'at'>, figures: Readonly<Record<string, number>>) {
    const { owner } = this.job;
    const who = owner === undefined ? {} : { owner };
    this.around.log.ofJob(this.job.name, state, { slot, ...who, reason }, figures);
  }
}

function startRunner(job: string, slot: string): void {
  const [node = '', program = ''] = process.argv;
  spawn(node, [program, 'run', job, '--slot', slot], { detached: true, stdio: 'ignore' }).unref();
}

function diskUsed({ state }: Paths): number {
  mkdirSync(state, { recursive: true });
  const { blocks, bavail } = statfsSync(state);
  return blocks === 0 ? 0 : Math.round((1 - bavail / blocks) * 1_000) / 10;
}
