import { closedAtSameCut, type GateCut, judgeEpoch, newest, runsAt } from '../../../batch/cuts';
import { chosen, lackingSlots } from '../../../batch/handover/owed-slots';
import { at, iso, place } from './cut';
import type { Answer, Host, Message, Run, World } from './world';

const GRACE = 6;

/** The batch host: the gate is batch/cuts.ts, what is owed is batch/handover/owed-slots.ts, and the ledger is a claim a slot. */
export class Green implements Host {
  private cuts: GateCut[] = [{ epoch: 0, from: iso(0), runs: false }];
  private readonly claimed = new Set<number>();
  /** By slot, the epoch of the decision. */
  private readonly left = new Map<number, number>();
  private owed: { epoch: number; take: number[] } | undefined;
  private runs: Run[] = [];
  private claims: { over: boolean; boot: number }[] = [];
  private upFrom = 0;

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

  serves(slot: number): boolean {
    return runsAt(this.cuts, at(slot));
  }

  reboot(seconds: number): void {
    this.upFrom = this.world.now + seconds;
    for (const run of this.runs) run.to = Math.min(run.to, this.world.now);
  }

  /** As an association applies the app's definitions. */
  deploy(): void {
    if (!this.world.rules.deployLeavesGate) this.cuts = [{ epoch: 0, from: iso(0), runs: true }];
  }

  cron(slot: number): void {
    if (!this.isUp) return;
    this.tick(slot);
    this.startRunner(slot, () => this.serves(slot));
  }

  private tick(minute: number): void {
    const next = this.owed?.take.find((slot) => !this.claimed.has(slot));
    if (next !== undefined) {
      if (this.running === 0) this.startRunner(next, () => true);
      return;
    }
    for (let slot = Math.max(0, minute - 60); slot <= minute - GRACE; slot += 1) {
      if (this.serves(slot) && this.claim(slot)) this.world.listed.add(slot);
    }
  }

  private startRunner(slot: number, isOurs: () => boolean): void {
    const boot = this.upFrom;
    const slowness = [0, 2, 50][this.world.choose('lease', 3)] ?? 0;
    const allowed = isOurs();
    this.world.after(slowness, () => {
      if (boot !== this.upFrom || !allowed) return;
      if (!this.claim(slot) && this.world.rules.claims) return;
      const pause = [0, 20][this.world.choose('secrets', 2)] ?? 0;
      const claim = { over: false, boot };
      this.claims.push(claim);
      this.world.after(pause, () => {
        claim.over = true;
        // The tick finds the claim of a runner that is dead, and tells.
        if (boot !== this.upFrom) this.world.listed.add(slot);
        else this.runs.push(this.world.start('green', slot));
      });
    });
  }

  /** @returns whether the slot is the caller's */
  private claim(slot: number): boolean {
    if (this.claimed.has(slot)) return false;
    this.claimed.add(slot);
    return true;
  }

  private get running(): number {
    const waiting = this.claims.filter(({ over, boot }) => !over && boot === this.upFrom).length;
    return waiting + this.runs.filter(({ to }) => to > this.world.now).length;
  }

  do(message: Message, reply: (answer: Answer) => void): unknown {
    if (this.world.rules.deadlines && this.clock > message.deadline) return reply({ kind: 'late' });
    return reply(this.answer(message));
  }

  private answer(message: Message): Answer {
    if (message.command === 'look') return this.state();
    if (message.command === 'gate') return this.gate(message);
    const judged = judgeEpoch(this.cuts, message.epoch);
    if (judged !== 'ok') return { kind: judged };
    return message.command === 'settle' ? this.settle(message) : this.makeUp(message);
  }

  private state(): Answer {
    const { epoch = 0, runs = false } = newest(this.cuts) ?? {};
    return { kind: 'ok', clock: this.clock, epoch, runs };
  }

  private gate(message: Message): Answer {
    const judged = place(this.cuts, message, this.world.rules);
    if (judged === 'stale') return { kind: 'stale' };
    if (judged === 'new')
      this.cuts[this.cuts.length - 1] = { ...(this.cuts.at(-1) as GateCut), placedAt: iso(this.clock) };
    return this.state();
  }

  private settle({ epoch, cut, since }: Message): Answer {
    if (this.clock < cut) return { kind: 'early' };
    const due = Array.from({ length: Math.floor(cut / 60) - since + 1 }, (_, index) => since + index);
    const slots = [...new Set([...(this.owed?.take ?? []), ...due])].filter((slot) => !this.claimed.has(slot));
    for (const slot of slots) {
      if (!this.left.has(slot)) this.left.set(slot, epoch);
      if (this.world.rules.leftIsClaimed) this.claim(slot);
    }
    return { kind: 'ok', running: this.running, slots: [...this.left.keys()].filter((slot) => slot >= since - 60) };
  }

  private takenBack(): number[] {
    const closed = this.world.rules.leftIsTakenBack ? closedAtSameCut(this.cuts) : [];
    const slots = [...this.left].flatMap(([slot, epoch]) => (closed.includes(epoch) ? [slot] : []));
    for (const slot of slots) {
      this.left.delete(slot);
      this.claimed.delete(slot);
    }
    return slots;
  }

  private makeUp({ epoch, cut, since, slots: started }: Message): Answer {
    if (this.owed?.epoch !== epoch) {
      const minutes = (from: number, to: number) =>
        Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
      const name = (slot: number) => String(slot).padStart(6, '0');
      const before = minutes(since, Math.floor(cut / 60)).map((slot) => [name(slot), name(slot)] as const);
      const lacking = this.world.rules.lackingIsOwed ? lackingSlots(before, started.map(name)).map(Number) : [];
      const opened = Date.parse(newest(this.cuts)?.placedAt ?? iso(this.clock)) / 60_000;
      const after = minutes(Math.floor(cut / 60) + 1, Math.floor(opened)).filter((slot) => this.serves(slot));
      const all = [...this.takenBack(), ...lacking, ...after]
        .filter((slot) => !this.claimed.has(slot))
        .sort((one, other) => one - other);
      const { take, leave } = chosen(all.map(name), this.world.late);
      this.owed = { epoch, take: take.map(Number) };
      for (const slot of leave.map(Number)) if (this.claim(slot)) this.world.listed.add(slot);
    }
    const untaken = this.owed.take.filter((slot) => !this.claimed.has(slot)).length;
    return { kind: 'ok', pending: untaken + (this.owed.take.length > 0 ? this.running : 0) };
  }
}
