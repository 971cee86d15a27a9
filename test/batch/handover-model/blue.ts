import { type GateCut, judgeEpoch, runsAt } from '../../../batch/cuts';
import { at, iso, MOMENT_OF_CUT, place } from './cut';
import type { Answer, Host, Message, Run, World } from './world';

/** A start that the guard judges. */
interface Start {
  /** What cron started it for. */
  readonly slot: number;
  /** What the guard takes it for: the minute in which it looked at the clock. */
  readonly minute: number;
  outcome?: 'run' | 'refused';
}

/** Seconds. The third is longer than from the last slot before a cut to when it is settled. */
const SLOW = [0, 2, 70] as const;

/** The old server: batch/blue in the model. Who starts what is judged by batch/cuts.ts, which the guard says in shell. */
export class Blue implements Host {
  private cuts: GateCut[] = [{ epoch: 0, from: iso(0), runs: true }];
  private guardedSince: number | undefined;
  /** From which slot on cron goes by the line with the guard. */
  private readFrom = Infinity;
  /** The first minute in which it started the line that came with the guard, as the ledger has it. */
  private readAt: number | undefined;
  private readonly ledger: Start[] = [];
  private settled = 0;
  private runs: Run[] = [];
  private owed: { epoch: number; take: { slot: number; taken: boolean }[] } | undefined;
  /** A folder a slot that was made up for: it stays, whatever epoch comes. */
  private readonly madeUp = new Set<number>();
  private upFrom = 0;
  private isLocked = false;

  constructor(
    private readonly world: World,
    private readonly ahead: number,
  ) {}

  get clock(): number {
    return this.world.now + this.ahead;
  }

  get isUp(): boolean {
    return this.world.now >= this.upFrom;
  }

  reboot(seconds: number): void {
    this.upFrom = this.world.now + seconds;
    this.isLocked = false;
    // It reads its crontabs as it starts.
    if (this.guardedSince !== undefined) this.readFrom = Math.min(this.readFrom, Math.ceil(this.upFrom / 60) + 1);
    for (const run of this.runs) run.to = Math.min(run.to, this.world.now);
  }

  serves(slot: number): boolean {
    return runsAt(this.cuts, at(slot));
  }

  /** At second 0 of a minute by this clock. */
  cron(slot: number): void {
    if (!this.isUp) {
      this.world.unseen.add(slot);
      return;
    }
    this.startOwed();
    if (slot < this.readFrom) this.runs.push(this.world.start('blue', slot));
    else {
      this.noteRead();
      this.judge(slot);
    }
  }

  /** Vixie cron reads crontabs before it sleeps until the next minute, and may not see for a while, or ever, that one has changed. */
  private placed(): void {
    if (this.guardedSince !== undefined) return;
    this.guardedSince = this.clock;
    const more = [0, 1, 4, Infinity][this.world.choose('cron reads the guard', 4)] ?? 0;
    this.readFrom = Math.floor(this.clock / 60) + 2 + more;
  }

  /** The line that came with the guard, which waits for a processor as others do. */
  private noteRead(): void {
    if (this.readAt !== undefined) return;
    const boot = this.upFrom;
    this.world.after(SLOW[this.world.choose('guard: read', SLOW.length)] ?? 0, () => {
      const minute = Math.floor(this.clock / 60);
      if (boot === this.upFrom && minute > Math.floor((this.guardedSince ?? 0) / 60)) this.readAt ??= minute;
    });
  }

  /** batch/blue/guard.sh: the minute, then `claim`, then the cuts, then `run` or `refused`. In between it may wait for a processor. */
  private judge(slot: number): void {
    const { world } = this;
    const boot = this.upFrom;
    let start: Start | undefined;
    const then = (what: string, seconds: readonly number[], does: () => void) =>
      world.after(seconds[world.choose(what, seconds.length)] ?? 0, () => {
        if (boot === this.upFrom) return does();
        // It was killed. A claim that never was decided counts as refused.
        if (start !== undefined) start.outcome ??= 'refused';
        this.vanish(slot);
      });
    then('cron on blue', [0, 3, 65], () => {
      const now = Math.floor(this.clock / 60);
      // Limit: a start of a slot before a cut back, a minute late, is taken for one of the next minute (docs/batch-handover.md),
      // and blue may not have been told of that cut yet.
      // Nothing on blue tells the two apart, for cron does not tell what it starts a command for. Here it is left out.
      const minute = this.serves(slot) ? now : slot;
      then('guard: claim', SLOW, () => {
        const claim: Start = { slot, minute };
        start = claim;
        this.ledger.push(claim);
        then('guard: cuts', SLOW, () => {
          const isSettled = world.rules.settleForbids && MOMENT_OF_CUT(minute) <= this.settled;
          const runs = !isSettled && runsAt(this.cuts, at(minute));
          then('guard: note', SLOW, () => {
            claim.outcome = runs ? 'run' : 'refused';
            if (runs) this.runs.push(world.start('blue', slot));
          });
        });
      });
    });
  }

  private vanish(slot: number): void {
    this.world.unseen.add(slot);
  }

  private startOwed(): void {
    const next = this.owed?.take.find(({ taken }) => !taken);
    if (next === undefined || this.running > 0) return;
    next.taken = true;
    this.madeUp.add(next.slot);
    this.runs.push(this.world.start('blue', next.slot));
  }

  private get running(): number {
    return this.runs.filter(({ to }) => to > this.world.now).length;
  }

  private get deciding(): number {
    return this.ledger.filter(({ outcome }) => outcome === undefined).length;
  }

  do(message: Message, reply: (answer: Answer) => void): unknown {
    if (this.world.rules.deadlines && this.clock > message.deadline) return reply({ kind: 'late' });
    if (message.command === 'guard') return this.guard(message, reply);
    if (message.command === 'look') return reply({ kind: 'ok', ...this.read });
    const judged = judgeEpoch(this.cuts, message.epoch);
    if (judged !== 'ok') return reply({ kind: judged });
    return reply(message.command === 'settle' ? this.settle(message) : this.runOwed(message));
  }

  /** batch/blue/commands.sh: the cut first, then the guard, and when it stood. One command at a time. */
  private guard(message: Message, reply: (answer: Answer) => void): unknown {
    if (this.isLocked) return reply({ kind: 'busy' });
    const { runs } = message;
    const judged = place(this.cuts, message, this.world.rules);
    if (judged === 'stale') return reply({ kind: 'stale' });
    const boot = this.upFrom;
    this.isLocked = true;
    return this.world.after([0, 8, 130][this.world.choose('placing the guard', 3)] ?? 0, () => {
      if (boot !== this.upFrom) return;
      this.isLocked = false;
      if (!runs) this.placed();
      const top = this.cuts.length - 1;
      const cut = this.cuts[top] as GateCut;
      this.cuts[top] = { placedAt: iso(this.clock), ...cut };
      reply({ kind: 'ok', placedAt: Date.parse(this.cuts[top]?.placedAt ?? '') / 1_000 });
    });
  }

  private settle({ cut }: Message): Answer {
    if (this.clock <= cut) return { kind: 'early' };
    this.settled = Math.max(this.settled, cut);
    const before = Math.floor(cut / 60) - 25;
    const given = this.cuts.filter(({ runs, from, epoch }) => epoch > 0 && runs && Date.parse(from) / 1_000 < cut);
    const told = given.flatMap(({ from, placedAt = from }) => [from, placedAt]);
    const since = Math.max(...told.map((moment) => Math.floor(Date.parse(moment) / 60_000) + 1), 0);
    const placed = Math.floor((this.guardedSince ?? 0) / 60) + 2;
    const from = this.world.rules.completeSinceRead ? (this.readAt ?? Infinity) : placed;
    const completeSince = Math.max(from, before, since);
    const started = this.ledger.filter(({ outcome, minute }) => outcome === 'run' && minute >= completeSince);
    return {
      kind: 'ok',
      deciding: this.deciding,
      running: this.running,
      completeSince,
      slots: started.map(({ minute }) => minute),
    };
  }

  private get read(): Pick<Answer, 'readAt'> {
    return this.readAt === undefined ? {} : { readAt: this.readAt };
  }

  private runOwed({ epoch, since, slots }: Message): Answer {
    if (!(this.cuts.at(-1)?.runs ?? true)) return { kind: 'notBlues' };
    if (this.owed?.epoch !== epoch) {
      if (this.deciding > 0) return { kind: 'ok', pending: this.deciding };
      const refused = this.ledger.filter(
        ({ outcome, minute }) => outcome === 'refused' && minute >= since && runsAt(this.cuts, at(minute)),
      );
      const own = this.world.rules.refusedIsOwed ? refused.map(({ slot }) => slot) : [];
      const all = [...own, ...slots].sort((one, other) => one - other);
      const first = { each: 0, newest: Math.max(0, all.length - 1), none: all.length }[this.world.late];
      for (const slot of all.slice(0, first)) this.world.listed.add(slot);
      this.owed = { epoch, take: all.slice(first).map((slot) => ({ slot, taken: this.madeUp.has(slot) })) };
    }
    const left = this.owed.take.filter(({ taken }) => !taken).length;
    return { kind: 'ok', pending: left + (this.owed.take.length > 0 ? this.running : 0) };
  }
}
