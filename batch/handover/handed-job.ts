import { BATCH_METRICS, type BatchJobDefinition } from '../../contract/batch';
import {
  type AnswerKind,
  type GreenAnswer,
  type GreenCommand,
  type GreenOwed,
  type GreenRun,
  type GreenRunNow,
  type GreenSettle,
  MAX_LISTED,
  MAX_RUNS,
} from '../../contract/batch-handover';
import type { Schedule } from '../../cron/schedule';
import { closedAtSameCut, judgeCut, judgeEpoch, newest, runsAt, type Told } from '../cuts';
import type { Revision } from '../definitions';
import { type Gate, readGate, writeGate } from '../gate';
import { type Lease, readLease } from '../lease';
import { Ledger, type SlotRecord } from '../ledger';
import { instanceId } from '../metadata';
import type { Paths } from '../paths';
import { thisProcess } from '../processes';
import { RunLog } from '../run-log';
import { dueAt, nameOf, prefixOf, scheduleOf } from '../slots';
import { chosen, lackingSlots } from './owed-slots';

/** Of what was due longer ago nothing is made up for, and nothing is told to the other side: the tick has told that it was missed. */
const MEMORY_MS = 8 * 24 * 60 * 60_000;

/** A job that moves to this host, or from it. */
export class HandedJob {
  private readonly ledger: Ledger;
  private readonly schedule: Schedule;

  private constructor(
    private readonly paths: Paths,
    private readonly revision: Revision,
    private readonly job: BatchJobDefinition,
    readonly instance: string,
    private readonly lease: Lease,
    private gate: Gate,
    private readonly now: Date,
  ) {
    this.ledger = new Ledger(paths.ledger, job.name);
    this.schedule = scheduleOf(job, revision.definitions.timeZone);
  }

  static async of(paths: Paths, revision: Revision, job: BatchJobDefinition, now: Date): Promise<HandedJob> {
    const { leaseParameter, region, gate: initially } = revision.definitions;
    const self = await instanceId();
    const lease = await readLease(leaseParameter, region);
    return new HandedJob(paths, revision, job, self, lease, readGate(paths, job.name, self, initially), now);
  }

  get hasLease(): boolean {
    return this.lease.holder === this.instance;
  }

  get holder(): string {
    return this.lease.holder;
  }

  /** Who starts slots from a cut on. */
  tell(told: Told): AnswerKind {
    const judged = judgeCut(this.gate.cuts, told);
    if (judged === 'stale') return 'stale';
    if (judged === 'new') this.write({ cuts: [...this.gate.cuts, { ...told, placedAt: this.now.toISOString() }] });
    return 'ok';
  }

  /**
   * Takes for itself what it has not started of slots before the cut, so that the other side can have them. Whatever its cuts
   * say: that the job was this host's may never have arrived here.
   */
  settle({ epoch, cut, since }: GreenSettle): AnswerKind {
    const judged = judgeEpoch(this.gate.cuts, epoch);
    if (judged !== 'ok') return judged;
    if (this.now.getTime() < Date.parse(cut)) return 'early';
    const due = this.scheduled(since, new Date(cut));
    for (const slot of this.gate.asked ?? []) this.miss(slot, 'The job moved back before this run was started.');
    const slots = [...new Set([...(this.gate.owed?.take ?? []), ...due])]
      .filter((slot) => !this.ledger.has(slot))
      .sort();
    for (const slot of slots.slice(0, -MAX_LISTED))
      this.miss(slot, 'The job moved back before anything was started for it.');
    for (const slot of slots.slice(-MAX_LISTED))
      this.claim(slot, { state: 'left', epoch, reason: 'The old server starts it.' });
    return 'ok';
  }

  /** What passed while the job moved here. The tick starts it. */
  makeUp({ epoch, cut, since, started = [] }: GreenOwed): AnswerKind {
    const judged = judgeEpoch(this.gate.cuts, epoch);
    if (judged !== 'ok') return judged;
    if (this.gate.owed?.epoch !== epoch)
      this.choose(epoch, [...this.leftInVain(), ...this.passed(since, cut, started)]);
    // Each time, for a command may have been killed after it had chosen.
    const { take = [], leave = [] } = this.gate.owed ?? {};
    for (const slot of [...take, ...leave]) this.ledger.takeBack(slot);
    for (const slot of leave)
      this.miss(slot, 'It was due while the job moved here, and late runs of it are not wanted.');
    return 'ok';
  }

  private choose(epoch: number, slots: readonly string[]): void {
    this.write({ owed: { epoch, ...chosen([...slots].sort(), this.job.late) } });
  }

  /** What is due before the cut and the other side has not started, and after it until this host was told. */
  private passed(since: string, cut: string, started: readonly string[]): string[] {
    const opened = newest(this.gate.cuts)?.placedAt ?? this.now.toISOString();
    const before = this.scheduled(since, new Date(cut)).map((slot) => [slot, minuteOf(slot)] as const);
    // What is due later than this host was told, cron starts.
    const after = this.scheduled(cut, new Date(Date.parse(opened) + 1)).filter((slot) =>
      runsAt(this.gate.cuts, dueAt(slot) ?? this.now),
    );
    return [...lackingSlots(before, started), ...after].filter((slot) => !this.ledger.has(slot));
  }

  /** What was left to the other side at this very cut, which the job then did not leave at: the other side was never told. */
  private leftInVain(): string[] {
    const closed = closedAtSameCut(this.gate.cuts);
    if (closed.length === 0) return [];
    return this.ledger
      .since(prefixOf(new Date(this.now.getTime() - MEMORY_MS)))
      .filter(([, { state, epoch = 0 }]) => state === 'left' && closed.includes(epoch))
      .map(([slot]) => slot);
  }

  /** The tick starts it. */
  runNow({ epoch, id }: GreenRunNow): AnswerKind {
    const judged = judgeEpoch(this.gate.cuts, epoch);
    if (judged !== 'ok') return judged;
    if (!runsAt(this.gate.cuts, this.now)) return 'closed';
    const { asked = [] } = this.gate;
    if (!asked.some((slot) => idOf(slot) === id)) {
      this.write({ asked: [...asked.slice(-MAX_RUNS), `${prefixOf(this.now)}Z-now${id}`] });
    }
    return 'ok';
  }

  state(command: GreenCommand): Partial<GreenAnswer> {
    const top = newest(this.gate.cuts);
    const since = 'since' in command ? command.since : undefined;
    const [next] = this.schedule.nextSlots(this.now, 1);
    return {
      epoch: top?.epoch ?? 0,
      runs: top?.runs === true ? 'yes' : 'no',
      ...(top !== undefined && top.epoch > 0 && { cut: toSecond(top.from) }),
      ...(top?.placedAt !== undefined && { placedAt: toSecond(top.placedAt) }),
      instance: this.instance,
      holder: this.holder,
      revision: this.revision.name,
      running: this.ledger.open().length,
      ...(next !== undefined && { next: minute(next.at) }),
      ...(command.command === 'settle' && this.left(command)),
      ...(command.command === 'owed' && { owed: this.owed() }),
      ...(command.command !== 'settle' && since !== undefined && command.command !== 'owed' && this.lastRuns(since)),
      ...(command.command === 'runNow' && this.lastRuns(minute(new Date(this.now.getTime() - MEMORY_MS)))),
    };
  }

  private left({ since, cut }: GreenSettle): Pick<GreenAnswer, 'left' | 'leftCount' | 'missedCount'> {
    const settled = this.ledger
      .since(prefixOf(earlier(since)))
      .filter(([slot, record]) => idOf(slot) === undefined && isAfter(cut, record));
    const left = settled.flatMap(([slot, { state }]) => (state === 'left' ? [minuteOf(slot)] : []));
    const missed = settled.filter(([slot, { state }]) => state === 'missed' && minuteOf(slot) < cut);
    return { left: left.slice(-MAX_LISTED), leftCount: left.length, missedCount: missed.length };
  }

  private owed(): GreenAnswer['owed'] {
    const { take = [], leave = [] } = this.gate.owed ?? {};
    const started = take.filter((slot) => this.ledger.has(slot));
    const open = new Set(this.ledger.open().map(([slot]) => slot));
    const pending = take.filter((slot) => !this.ledger.has(slot) || open.has(slot));
    return {
      pending: pending.length,
      started: started.map(minuteOf).slice(-MAX_LISTED),
      leftOut: leave.map(minuteOf).slice(-MAX_LISTED),
      startedCount: started.length,
      leftOutCount: leave.length,
    };
  }

  private lastRuns(since: string): Pick<GreenAnswer, 'lastRuns' | 'lastRunsCount'> {
    const all = this.ledger.since(prefixOf(new Date(since))).filter(([, { state }]) => state !== 'left');
    return { lastRuns: all.slice(-MAX_RUNS).reverse().map(runOf), lastRunsCount: all.length };
  }

  private scheduled(from: string, to: Date): string[] {
    const earliest = Math.max(Date.parse(from), this.now.getTime() - MEMORY_MS);
    return this.schedule.slotsBetween(new Date(earliest), to).map(nameOf);
  }

  private miss(slot: string, reason: string): void {
    if (!this.claim(slot, { state: 'missed', reason })) return;
    const { owner, name } = this.job;
    const log = new RunLog(this.paths.runsLog, this.revision.definitions.host);
    log.ofJob(name, 'missed', { slot, ...(owner !== undefined && { owner }), reason }, { [BATCH_METRICS.missed]: 1 });
  }

  private claim(slot: string, record: Omit<SlotRecord, 'at'>): boolean {
    return this.ledger.claim(slot, { ...record, at: this.now.toISOString(), runner: thisProcess() });
  }

  private write(change: Partial<Gate>): void {
    this.gate = { ...this.gate, ...change };
    writeGate(this.paths, this.job.name, this.gate);
  }
}

const toSecond = (text: string) => `${new Date(text).toISOString().slice(0, 19)}Z`;
const minute = (at: Date) => `${at.toISOString().slice(0, 16)}Z`;
const minuteOf = (slot: string) => minute(dueAt(slot) ?? new Date(0));
/** What was owed from before the job came here is older than the first slot of its own. */
const earlier = (since: string) => new Date(Date.parse(since) - 60 * 60_000);
/** Written once it was settled which slots before the cut are not this host's any more. */
const isAfter = (cut: string, { at }: SlotRecord) => Date.parse(at) >= Date.parse(cut);
const idOf = (slot: string) => /Z-now(.+)$/.exec(slot)?.[1];

function runOf([slot, { state, at, exitCode }]: readonly [string, SlotRecord]): GreenRun {
  const id = idOf(slot);
  const byHand = id !== undefined || slot.includes('Z-hand');
  return {
    slot: slot.startsWith('boot') ? 'at boot' : byHand ? 'by hand' : minuteOf(slot),
    state: state as GreenRun['state'],
    at: toSecond(at),
    ...(exitCode !== undefined && { exitCode }),
    ...(id !== undefined && { id }),
  };
}
