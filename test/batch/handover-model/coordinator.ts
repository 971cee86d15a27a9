import type { Blue } from './blue';
import { MOMENT_OF_CUT } from './cut';
import type { Green } from './green';
import { type Journal, newJournal } from './journal';
import type { Answer, Message, World } from './world';

/** Seconds, as lib/batch/migration/host-commands.ts and job-steps.ts have them. */
const GUARD_LEAD = 120;
const LEAD_FROM_BLUE = 300;
const LEAD_FROM_GREEN = 60;
const READ_WITHIN = 90;
const LAST_RUN = 900;
const COMMAND_IS_OVER = 70;
/** The state machine asks every five seconds. Here less often: it is the time that counts, not how often. */
const PAUSE = 20;
/** An execution that ended as RecoveryNeeded is taken up by the look, every five minutes. */
const LOOK = 300;

interface Question {
  readonly message: Partial<Message>;
  readonly good: (answer: Answer) => boolean;
  readonly never?: (answer: Answer) => boolean;
  readonly until: number;
  readonly next: (answer: Answer) => void;
  readonly otherwise: () => void;
}

const slotAfter = (moment: number) => Math.floor(moment / 60) + 1;
const inVain = ({ kind }: Answer) => kind === 'late' || kind === 'stale';

/**
 * Mirrors the state machine of one job: a method for each of its questions, named after the state in lib/batch/migration that
 * its comment states, and `recover` for `Where does the recovery go on?` of job-router.ts.
 */
export class Coordinator {
  readonly journal: Journal = newJournal();
  /** Of slots in these, before a cut from blue, none is lost, though blue was down. */
  readonly madeUp: { readonly since: number; readonly cut: number }[] = [];
  /** Counts executions, one at a time by the lock: what one that is over waits for reaches nobody. */
  private life = 0;

  constructor(
    private readonly world: World,
    private readonly blue: Blue,
    private readonly green: Green,
  ) {}

  /** to-green.ts, `Choose the cut from blue`. */
  cutOver(): void {
    const { phase, side, epoch } = this.journal;
    if (phase !== 'settled' || side !== 'blue') return;
    const cut = this.cutIn(LEAD_FROM_BLUE);
    this.life += 1;
    this.write({ phase: 'guarding', epoch: epoch + 1, cut, left: [], started: [] }, () => this.guard());
  }

  /** to-blue.ts, `Choose the cut from green`. */
  rollBack(): void {
    const { phase, side, epoch } = this.journal;
    if (phase !== 'settled' || side !== 'green') return;
    const cut = this.cutIn(LEAD_FROM_GREEN);
    this.life += 1;
    this.write({ phase: 'closing', epoch: epoch + 1, cut, left: [] }, () => this.close());
  }

  /** The execution dies, and is recovered. */
  crash(): void {
    this.life += 1;
    this.recoverAfter(40);
  }

  private recoverAfter(seconds: number): void {
    const { life } = this;
    this.world.after(seconds, () => {
      if (life === this.life) this.recover();
    });
  }

  private recover(): unknown {
    switch (this.journal.phase) {
      case 'guarding':
        return this.handBack();
      case 'enabling':
        return this.enable();
      case 'owing':
        return this.makeUpOnGreen();
      case 'closing':
        return this.reopen();
      case 'reopening':
        return this.haveGreenGoOn();
      case 'returning':
        return this.giveBack();
      default:
        return undefined;
    }
  }

  /** `Guard blue's line`: no proof of the guard in time, and the job is handed back. */
  private guard(): void {
    const { rules } = this.world;
    const deadline = this.journal.cut - GUARD_LEAD;
    this.ask({
      message: { to: 'blue', command: 'guard', runs: false, deadline },
      good: ({ kind }) => kind === 'ok',
      never: inVain,
      until: deadline,
      next: () => this.waitUntilRead(),
      otherwise: () => {
        if (rules.unknown === 'taken for guarded') this.waitForBlue();
        else if (rules.unknown === 'taken for unguarded') this.settled('blue');
        else this.handBack();
      },
    });
  }

  /** `Wait until cron has read the guard`. */
  private waitUntilRead(): void {
    const { cut } = this.journal;
    const { readIsProved } = this.world.rules;
    this.ask({
      message: { to: 'blue', command: 'look' },
      good: ({ readAt = Infinity }) => !readIsProved || readAt <= Math.floor(cut / 60),
      until: cut + READ_WITHIN,
      next: () => this.waitForBlue(),
      otherwise: () => this.handBack(),
    });
  }

  /** `Wait until slots are not blue’s`, `Wait for blue's last run`, `Journal: blue is guarded`. */
  private waitForBlue(): void {
    const { cut } = this.journal;
    // A settlement of a decision that blue knows nothing of is no answer; taken for one, all that is unknown is taken for good.
    const isKnown = ({ kind }: Answer) =>
      kind === 'ok' || (kind === 'unknownEpoch' && this.world.rules.unknown === 'taken for guarded');
    this.afterCut(() =>
      this.ask({
        message: { to: 'blue', command: 'settle' },
        good: (answer) => isKnown(answer) && this.isIdle(answer),
        never: inVain,
        until: this.world.now + LAST_RUN,
        next: ({ completeSince = slotAfter(cut), slots = [] }) =>
          this.write({ phase: 'enabling', since: completeSince, started: slots }, () => this.enable()),
        otherwise: () => this.handBack(),
      }),
    );
  }

  /** `Open green's gate`; else `Wait until no command is on its way`, `Ask green whether it is enabled`. */
  private enable(): void {
    const { world, journal } = this;
    const owing = () => this.write({ phase: 'owing' }, () => this.makeUpOnGreen());
    const isOpen = ({ kind, epoch, runs }: Answer) => kind === 'ok' && epoch === journal.epoch && runs === true;
    const look = () =>
      this.ask({
        message: { to: 'green', command: 'look' },
        good: ({ kind }) => kind === 'ok',
        until: world.now + 300,
        next: (answer) => (isOpen(answer) ? owing() : this.handBack()),
        otherwise: () => this.recoveryNeeded(),
      });
    this.ask({
      message: { to: 'green', command: 'gate', runs: true },
      good: isOpen,
      never: inVain,
      until: world.now + 300,
      next: owing,
      otherwise: () => this.later(world.rules.waitsForCommands ? COMMAND_IS_OVER : 0, look),
    });
  }

  /** `Make up on green for what is owed`. */
  private makeUpOnGreen(): void {
    const { since, started, cut } = this.journal;
    this.makeUp('green', 'owed', started, () => {
      this.madeUp.push({ since, cut });
      this.settled('green', { movedAt: cut });
    });
  }

  /** `Close green's gate`: no proof that it is closed before the cut, and green runs it on. */
  private close(): void {
    const { cut } = this.journal;
    this.ask({
      message: { to: 'green', command: 'gate', runs: false, deadline: cut },
      good: ({ kind, clock = Infinity }) => kind === 'ok' && clock < cut,
      never: inVain,
      until: cut,
      next: () => this.waitForGreen(),
      otherwise: () => this.reopen(),
    });
  }

  /** `Wait for green's last run`, `Journal: green has left it`. */
  private waitForGreen(): void {
    const { cut, movedAt } = this.journal;
    this.afterCut(() =>
      this.ask({
        message: { to: 'green', command: 'settle', since: slotAfter(movedAt) },
        good: (answer) => answer.kind === 'ok' && this.isIdle(answer),
        never: inVain,
        until: this.world.now + LAST_RUN,
        next: ({ slots = [] }) =>
          this.write({ phase: 'returning', left: slots, since: slotAfter(cut) }, () => this.giveBack()),
        otherwise: () => this.reopen(),
      }),
    );
  }

  /** `Journal: green is to run it on`. */
  private reopen(): void {
    const { epoch, cut } = this.journal;
    const change = { phase: 'reopening', epoch: epoch + 1, since: slotAfter(cut), started: [] } as const;
    this.write(change, () => this.haveGreenGoOn());
  }

  /** `Have green run it on`, `Make up on green for what it has refused`. */
  private haveGreenGoOn(): void {
    this.ask({
      message: { to: 'green', command: 'gate', runs: true },
      good: ({ kind }) => kind === 'ok',
      until: this.world.now + 600,
      next: () => this.makeUp('green', 'owed', [], () => this.settled('green')),
      otherwise: () => this.recoveryNeeded(),
    });
  }

  /** `Journal: the hand-back`: a higher epoch with the same cut. */
  private handBack(): void {
    const { epoch, cut } = this.journal;
    const change = { phase: 'returning', epoch: epoch + 1, left: [], since: slotAfter(cut) - 26 } as const;
    this.write(change, () => this.giveBack());
  }

  /** `Have blue run it again`, `Make up on blue for what is owed`. */
  private giveBack(): void {
    this.ask({
      message: { to: 'blue', command: 'guard', runs: true },
      good: ({ kind }) => kind === 'ok',
      until: this.world.now + 600,
      next: () => this.makeUp('blue', 'runOwed', this.journal.left, () => this.settled('blue')),
      otherwise: () => this.recoveryNeeded(),
    });
  }

  private makeUp(to: 'blue' | 'green', command: string, slots: readonly number[], next: () => void): void {
    this.ask({
      message: { to, command, since: this.journal.since, slots },
      good: ({ kind, pending }) => kind === 'ok' && pending === 0,
      until: this.world.now + LAST_RUN,
      next,
      otherwise: () => this.recoveryNeeded(),
    });
  }

  private settled(side: 'blue' | 'green', more: Partial<Journal> = {}): void {
    this.write({ phase: 'settled', side, left: [], started: [], ...more }, () => undefined);
  }

  private recoveryNeeded(): void {
    this.recoverAfter(LOOK);
  }

  private isIdle({ running = 0, deciding = 0 }: Answer): boolean {
    const { waitsForIdle, waitsForDeciding } = this.world.rules;
    return (!waitsForIdle || running === 0) && (!waitsForDeciding || deciding === 0);
  }

  private cutIn(seconds: number): number {
    return MOMENT_OF_CUT(Math.ceil((this.world.now + seconds - 30) / 60));
  }

  private afterCut(does: () => void): void {
    this.later(Math.max(0, this.journal.cut - this.world.now) + 2, does);
  }

  private write(change: Partial<Journal>, next: () => void): void {
    Object.assign(this.journal, change);
    if (this.world.choose(`death after ${this.journal.phase} is journaled`, 2) === 1) this.crash();
    else next();
  }

  private later(seconds: number, does: () => void): void {
    const { life } = this;
    this.world.after(seconds, () => {
      if (life === this.life) does();
    });
  }

  /** host-question.ts: again and again, until the answer is good, never will be, or it is given up. */
  private ask(question: Question): void {
    const { good, never, until, next, otherwise } = question;
    this.tell(question.message, (answer) => {
      if (answer !== undefined && good(answer)) return next(answer);
      if ((answer !== undefined && never?.(answer)) || this.world.now > until) return otherwise();
      this.later(PAUSE, () => this.ask(question));
    });
  }

  private tell(told: Partial<Message>, then: (answer: Answer | undefined) => void): void {
    const { world } = this;
    const { epoch, cut } = this.journal;
    const message = { epoch, cut, runs: false, deadline: world.now + 60, since: 0, slots: [], ...told } as Message;
    const host = message.to === 'blue' ? this.blue : this.green;
    let isOver = false;
    const { life } = this;
    world.deliver(message, host, (answer) => {
      if (isOver || life !== this.life) return;
      isOver = true;
      then(answer);
    });
  }
}
