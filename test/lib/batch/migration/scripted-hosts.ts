import type { BlueAnswer, GreenAnswer, GreenRun, OwedAnswer } from '../../../../contract/batch-handover';

const MINUTE = 60_000;
const moment = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const minuteOf = (slot: number) => `${new Date(slot).toISOString().slice(0, 16)}Z`;

interface Cut {
  readonly epoch: number;
  readonly cut: string;
  readonly runs: 'yes' | 'no';
}

/** What a host was told: `guard job=orders epoch=1 …`. */
export interface Told {
  readonly command: string;
  readonly [argument: string]: string | undefined;
}

export function told(text: string): Told {
  const [command = '', ...rest] = text.split(' ');
  const named = rest.map((argument) => {
    const at = argument.indexOf('=');
    return [argument.slice(0, at), argument.slice(at + 1)];
  });
  return { command, ...Object.fromEntries(named) };
}

/** Whether a job is due in a minute, in milliseconds. */
export type Due = (slot: number) => boolean;

/**
 * One of the two hosts, with one job that takes no time, by the rule of contract/batch-handover.ts. The
 * programs themselves are tried elsewhere: here the state machine is.
 */
abstract class ScriptedHost {
  /** Slots that were started, in milliseconds; one that stands here twice was started twice. */
  readonly starts: number[] = [];
  /** How many runs go on, whenever it is asked. */
  running = 0;
  /** Late runs are not wanted: what is owed is told, and not started. */
  leavesOut = false;
  protected cuts: Cut[] = [];
  private until: number;

  /** @param isDue each minute, where nothing else is said */
  constructor(
    protected readonly now: () => number,
    readonly isDue: Due = () => true,
  ) {
    this.until = Math.floor(now() / MINUTE) * MINUTE;
  }

  /** What cron has started until now. */
  passTime(): void {
    for (let slot = this.until + MINUTE; slot <= this.now(); slot += MINUTE) {
      if (this.isDue(slot)) this.cronStarts(slot);
      this.until = slot;
    }
  }

  answer(told: Told): object {
    this.passTime();
    const clock = moment(this.now());
    const base = { command: told.command, job: told.job, clock };
    if (told.deadline !== undefined && this.now() > Date.parse(told.deadline)) return { ...base, answer: 'late' };
    const epoch = told.epoch === undefined ? undefined : Number(told.epoch);
    if (epoch !== undefined && epoch < this.epoch) return { ...base, answer: 'stale', ...this.known };
    if (told.runs !== undefined && epoch !== undefined && told.cut !== undefined) {
      const same = this.cuts.find((cut) => cut.epoch === epoch);
      if (same !== undefined && (same.cut !== told.cut || same.runs !== told.runs)) return { ...base, answer: 'stale' };
      if (same === undefined) {
        this.cuts.push({ epoch, cut: told.cut, runs: told.runs as 'yes' | 'no' });
        this.changed(told);
      }
    }
    if (told.command === 'settle' && this.now() < Date.parse(told.cut ?? '')) return { ...base, answer: 'early' };
    const more = this.perform(told);
    return { ...base, answer: 'ok', ...this.known, running: this.running, ...more };
  }

  get epoch(): number {
    return Math.max(0, ...this.cuts.map(({ epoch }) => epoch));
  }

  protected get known() {
    const { cut, runs } = this.cuts.find(({ epoch }) => epoch === this.epoch) ?? {};
    return { epoch: this.epoch, ...(cut !== undefined && { cut, runs }) };
  }

  /** Of the cuts that were due by its minute, that of the highest epoch decides. */
  protected isOurs(slot: number): boolean {
    const due = this.cuts.filter(({ cut }) => Date.parse(cut) <= slot).sort((a, b) => b.epoch - a.epoch);
    return (due[0]?.runs ?? this.atFirst) === 'yes';
  }

  protected owedAnswer(slots: readonly number[]): OwedAnswer {
    const [started, leftOut] = this.leavesOut ? [[], slots] : [slots, []];
    return {
      pending: 0,
      started: started.map(minuteOf),
      leftOut: leftOut.map(minuteOf),
      startedCount: started.length,
      leftOutCount: leftOut.length,
    };
  }

  protected abstract readonly atFirst: 'yes' | 'no';
  protected abstract cronStarts(slot: number): void;
  protected abstract perform(told: Told): object;
  protected changed(_told: Told): void {}
}

export class ScriptedBlue extends ScriptedHost {
  line: 'plain' | 'guarded' | 'retired' = 'plain';
  readonly refused: number[] = [];
  /** What is wrong with the line, as an answer. */
  problem: string | undefined;
  protected readonly atFirst = 'yes';
  private placedAt: number | undefined;
  private begunAt = 0;
  /** How long cron goes on with its crontab as it was. Minutes. */
  readsLate = 0;

  override answer(told: Told): object {
    if (this.problem === undefined) return super.answer(told);
    this.passTime();
    return { answer: this.problem, command: told.command, job: told.job, clock: moment(this.now()) };
  }

  protected override cronStarts(slot: number): void {
    if (this.line === 'retired') return;
    if (this.line === 'plain' || slot < this.readAt || this.isOurs(slot)) this.starts.push(slot);
    else this.refused.push(slot);
  }

  private get readAt(): number {
    return (Math.ceil(this.begunAt / MINUTE) + this.readsLate) * MINUTE;
  }

  protected override changed({ runs }: Told): void {
    if (runs !== 'no') return;
    if (this.line === 'plain') this.begunAt = this.now();
    this.line = 'guarded';
    this.placedAt = this.now();
  }

  protected perform(told: Told): Partial<BlueAnswer> {
    const hasRead = this.line === 'guarded' && this.readAt <= this.now();
    const all = () => ({ line: this.line, deciding: 0, ...(hasRead && { readAt: minuteOf(this.readAt) }) });
    switch (told.command) {
      case 'guard':
        return {
          ...all(),
          ...(this.placedAt !== undefined && told.runs === 'no' && { placedAt: moment(this.placedAt) }),
        };
      case 'settle': {
        const from = this.readAt;
        const started = this.starts.filter((slot) => slot >= from);
        return {
          ...all(),
          completeSince: minuteOf(from),
          started: started.map(minuteOf),
          startedCount: started.length,
        };
      }
      case 'runOwed': {
        const left = (told.slots ?? '').split(',').filter((slot) => slot !== '');
        const owed = [
          ...this.refused.filter((slot) => slot >= Date.parse(told.since ?? '') && this.isOurs(slot)),
          ...left.map((slot) => Date.parse(slot)),
        ];
        const fresh = [...new Set(owed)].filter((slot) => !this.starts.includes(slot));
        if (!this.leavesOut) this.starts.push(...fresh);
        return { ...all(), owed: this.owedAnswer(fresh) };
      }
      case 'unguard':
        this.line = 'plain';
        return all();
      case 'retire':
        this.line = 'retired';
        return all();
      default:
        return all();
    }
  }
}

export class ScriptedGreen extends ScriptedHost {
  /** How its runs end. */
  outcome: GreenRun['state'] = 'succeeded';
  /** Its definitions have no job that is retired. */
  hasJob = true;
  /** What would keep the job from a run. */
  unready: GreenAnswer['unready'];
  holder = 'i-green';
  readonly byHand: string[] = [];
  /** How many slots it has told as missed at a hand-back, beyond those that it has left. */
  missed = 0;
  protected readonly atFirst = 'no';

  override answer(told: Told): object {
    if (this.hasJob) return super.answer(told);
    return { answer: 'unknownJob', command: told.command, job: told.job, clock: moment(this.now()) };
  }

  protected override cronStarts(slot: number): void {
    if (this.isOurs(slot)) this.start(slot);
  }

  protected perform(told: Told): Partial<GreenAnswer> {
    const all = { holder: this.holder, instance: 'i-green', next: minuteOf(this.now() + MINUTE) };
    const since = Date.parse(told.since ?? '');
    switch (told.command) {
      case 'look': {
        const runs = this.starts
          .filter((slot) => slot >= since)
          .map((slot) => ({ slot: minuteOf(slot), state: this.outcome, at: moment(slot) }));
        const unready = told.check === 'yes' ? (this.unready ?? {}) : undefined;
        return {
          ...all,
          lastRuns: runs.reverse().slice(0, 10),
          lastRunsCount: runs.length,
          ...(unready !== undefined && { unready }),
        };
      }
      case 'settle': {
        const left = this.minutes(since, Date.parse(told.cut ?? '')).filter((slot) => !this.starts.includes(slot));
        return { ...all, left: left.map(minuteOf), leftCount: left.length, missedCount: this.missed };
      }
      case 'owed': {
        const cut = Date.parse(told.cut ?? '');
        const ofBlue = (told.started ?? '').split(',');
        const owed = this.minutes(since, this.now() + 1).filter((slot) =>
          slot < cut ? !ofBlue.includes(minuteOf(slot)) && !this.starts.includes(slot) : !this.starts.includes(slot),
        );
        if (!this.leavesOut) for (const slot of owed) this.start(slot);
        return { ...all, owed: this.owedAnswer(owed) };
      }
      case 'runNow':
        if (!this.byHand.includes(told.id ?? '')) this.byHand.push(told.id ?? '');
        return all;
      default:
        return all;
    }
  }

  private start(slot: number): void {
    // A slot is claimed by a file that nobody can create twice.
    if (!this.starts.includes(slot)) this.starts.push(slot);
  }

  private minutes(from: number, to: number): number[] {
    const all: number[] = [];
    for (let slot = Math.ceil(from / MINUTE) * MINUTE; slot < to; slot += MINUTE) all.push(slot);
    return all.filter(this.isDue);
  }
}
