import type { Rules } from './rules';

/** What may go wrong, each asked for in the order in which it comes up. 0 is what usually happens. */
export type Choose = (what: string, options: number) => number;

export interface Message {
  readonly to: 'blue' | 'green';
  readonly command: string;
  readonly epoch: number;
  readonly cut: number;
  readonly runs: boolean;
  readonly deadline: number;
  readonly since: number;
  readonly slots: readonly number[];
}

export interface Answer {
  readonly kind: 'ok' | 'late' | 'stale' | 'unknownEpoch' | 'early' | 'notBlues' | 'busy';
  readonly clock?: number;
  readonly epoch?: number;
  readonly runs?: boolean;
  readonly placedAt?: number;
  readonly deciding?: number;
  readonly running?: number;
  readonly slots?: readonly number[];
  readonly readAt?: number;
  readonly completeSince?: number;
  readonly pending?: number;
}

export interface Host {
  readonly isUp: boolean;
  do(message: Message, reply: (answer: Answer) => void): unknown;
}

export interface Run {
  readonly slot: number;
  readonly side: 'blue' | 'green';
  readonly from: number;
  to: number;
}

/** What becomes of a command, by its number as a choice. */
export const FATE = { inTime: 0, answerLost: 1, lost: 2, late: 3, veryLate: 4, twice: 5, unsent: 6 } as const;
const FATES: readonly { readonly at?: number; readonly isHeard?: true; readonly again?: number; readonly ends?: 1 }[] =
  [
    { at: 2, isHeard: true },
    { at: 2 },
    {},
    { at: 90 },
    { at: 400 },
    { at: 2, isHeard: true, again: 150 },
    // Sending it has failed, and it is on its way all the same.
    { at: 40, ends: 1 },
  ];
/** Seconds until a command without answer is given up. Step Functions may be slow to read it. */
const PATIENCE = [60, 240];

/** What both hosts have: a clock, a job that takes its time, and what an observer outside sees. Moments are seconds, slots minutes. */
export class World {
  now = 0;
  readonly runs: Run[] = [];
  /** Slots that somebody said will not be started: left out, missed. */
  readonly listed = new Set<number>();
  /** Slots that cron did not come to start, for its host was down. */
  readonly unseen = new Set<number>();
  /** What must never be. */
  readonly faults: string[] = [];
  /** The next is the last. */
  private readonly events: { at: number; does: () => void }[] = [];

  constructor(
    readonly rules: Rules,
    readonly choose: Choose,
    readonly late: 'each' | 'newest' | 'none',
  ) {}

  after(seconds: number, does: () => void): void {
    const at = this.now + seconds;
    const later = this.events.findLastIndex((event) => event.at > at);
    this.events.splice(later + 1, 0, { at, does });
  }

  runUntil(end: number): void {
    for (let next = this.events.pop(); next !== undefined && next.at <= end; next = this.events.pop()) {
      this.now = next.at;
      next.does();
    }
    this.now = end;
  }

  start(side: Run['side'], slot: number): Run {
    const seconds = [5, 75, 140][this.choose(`run on ${side}`, 3)] ?? 5;
    const run: Run = { slot, side, from: this.now, to: this.now + seconds };
    if (this.runs.some((other) => other.slot === slot)) this.faults.push(`slot ${slot} is started twice`);
    if (this.runs.some((other) => other.side !== side && other.to > this.now)) {
      this.faults.push(`slot ${slot} is started on ${side} beside a run of the other side`);
    }
    this.runs.push(run);
    return run;
  }

  /** A command may come late, never, or twice, and its answer may be lost. `then` may be called more than once: the first counts. */
  deliver(message: Message, host: Host, then: (answer: Answer | undefined) => void): void {
    const { to, command, runs } = message;
    const which = `${command}${command === 'guard' || command === 'gate' ? ` ${runs ? 'yes' : 'no'}` : ''} to ${to}`;
    const { at, isHeard, again, ends } = FATES[this.choose(which, FATES.length)] ?? {};
    const patience = PATIENCE[this.choose('patience', PATIENCE.length)] ?? 0;
    const arrive = (reply: (answer: Answer) => void) => {
      if (host.isUp) host.do(message, (answer) => this.after(1, () => reply(answer)));
    };
    if (at !== undefined) this.after(at, () => arrive(isHeard ? then : () => undefined));
    if (again !== undefined) this.after(again, () => arrive(() => undefined));
    this.after(ends ?? patience, () => then(undefined));
  }
}
