import type { Dialect } from '../../dialect';
import { type Encoding, readValues, refusesDump, remove } from '../../payload/encoding';
import { Changed, type Store } from '../../payload/value';
import type { ReplyError } from '../../resp/reply';
import { type Turn, Turnstile } from '../turnstile';
import type { Applier, Outcome, Write } from './applier';
import { ByteBudget } from './byte-budget';
import type { KeyBatch } from './dirty-keys';
import { type ProbedKey, probe } from './probe';

/** A value above this is never read or dumped whole. */
export const BIG_VALUE_BYTES = 512 * 1024;
/** Batches under way at once: enough to keep both servers busy while replies travel. */
const WINDOW = 4;
/** Values in flight between source and target, all batches together. */
const BUDGET_BYTES = 16 * 1024 * 1024;
/** A batch is carried over in slices of at most this. */
const SLICE_BYTES = 2 * 1024 * 1024;
/** What a key costs in flight beside its value. */
const KEY_OVERHEAD_BYTES = 256;

/** What a carrier of keys tells the session that has them carried. */
export interface CarrierOptions {
  readonly source: Store;
  readonly applier: Applier;
  /** A key must be looked at again: it changed while it was read. `since` is when its oldest change became known. */
  readonly onAgain: (database: number, key: Buffer, since: number) => void;
  readonly onApplied: (keys: readonly ProbedKey[]) => void;
  readonly onStream: (database: number, key: Buffer) => void;
  /** Names the cause of an error reply of the target. */
  readonly refused: (refusal: ReplyError) => Error;
  readonly onFailure: (error: unknown) => void;
}

export interface MoverOptions extends CarrierOptions {
  readonly target: Dialect;
  /** Takes over keys that are too big to be carried whole. */
  readonly bigKeys: BigKeyTaker;
}

export interface BigKeyTaker {
  /** Whether a key is being worked on: then it is the taker's, whatever its size is by now. */
  holds(database: number, key: Buffer): boolean;
  /** Takes a key over, or lets one that it holds be looked at again afterwards. Work begins once `ready` resolves. */
  take(database: number, probed: ProbedKey, since: number, ready: Promise<unknown>): void;
}

interface Slice {
  readonly database: number;
  readonly since: number;
  readonly changed: boolean;
  readonly present: ProbedKey[];
  readonly gone: ProbedKey[];
  bytes: number;
}

/**
 * Carries keys over: probe, read, write. Many batches are under way at once, yet what was read for a later batch is
 * never overtaken by a write of an earlier one, so the last write of a key is that of its last batch. A change that
 * happens after a key was read has an event that arrives after the key was taken, and so brings a later batch: that is
 * why no older state can stay on the target.
 */
export class Mover {
  private encoding: Encoding = 'dump';
  private readonly reads = new Turnstile();
  private readonly writes = new Turnstile();
  private readonly budget = new ByteBudget(BUDGET_BYTES);
  private readonly inFlight = new Map<KeyBatch, Promise<void>>();
  private readonly waiting: (() => void)[] = [];
  private halted = false;
  /** What was pushed while nothing may be carried. */
  private held: KeyBatch[] | undefined;

  constructor(private readonly options: MoverOptions) {}

  /** When the longest-waiting change in flight became known. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { since } of [...this.inFlight.keys(), ...(this.held ?? [])]) {
      if (oldest === undefined || since < oldest) oldest = since;
    }
    return oldest;
  }

  /** Resolves when another batch may be pushed. Await it before each push. */
  async room(): Promise<void> {
    while (this.held !== undefined || this.inFlight.size >= WINDOW) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }

  push(batch: KeyBatch): void {
    if (this.halted) return;
    if (this.held !== undefined) {
      this.held.push(batch);
      return;
    }
    const carried = this.carry(batch)
      .catch(this.options.onFailure)
      .finally(() => {
        this.inFlight.delete(batch);
        for (const resume of this.waiting.splice(0)) resume();
      });
    this.inFlight.set(batch, carried);
  }

  /** Resolves once what is in flight now no longer is. */
  async landed(): Promise<void> {
    await Promise.all(this.inFlight.values());
  }

  /** Keeps what is pushed from now on, and resolves once nothing is in flight. */
  async pause(): Promise<void> {
    this.held ??= [];
    while (this.inFlight.size > 0) await this.landed();
  }

  /** Carries what was kept, and what comes. */
  resume(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const batch of held) this.push(batch);
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Takes on nothing more, and resolves once nothing is in flight. */
  async halt(): Promise<void> {
    this.halted = true;
    while (this.inFlight.size > 0) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }

  private async carry(batch: KeyBatch): Promise<void> {
    const turn = this.reads.enter();
    const transfers: Promise<void>[] = [];
    try {
      const probed = await probe(this.options.source, batch.database, batch.keys, this.encoding === 'typed');
      await turn.come;
      for (const slice of this.slices(batch, probed)) {
        await this.budget.take(slice.bytes);
        transfers.push(this.transfer(slice, this.writes.enter()).catch(this.options.onFailure));
      }
    } finally {
      turn.leave();
      await Promise.all(transfers);
    }
  }

  /** Sorts the keys into slices that fit into memory; the big ones go their own way. */
  private slices(batch: KeyBatch, probed: readonly ProbedKey[]): Slice[] {
    const { database, since, changed } = batch;
    const open = (): Slice => ({ database, since, changed, present: [], gone: [], bytes: 0 });
    const { bigKeys } = this.options;
    let slice = open();
    const slices = [slice];
    for (const key of probed) {
      if (bigKeys.holds(database, key.key) || (key.exists && key.bytes > BIG_VALUE_BYTES)) {
        const turn = this.writes.enter();
        bigKeys.take(database, key, since, turn.come);
        turn.come.then(() => turn.leave());
        continue;
      }
      if (slice.bytes > 0 && slice.bytes + key.bytes > SLICE_BYTES) {
        slice = open();
        slices.push(slice);
      }
      (key.exists ? slice.present : slice.gone).push(key);
      slice.bytes += key.bytes + KEY_OVERHEAD_BYTES;
    }
    return slices;
  }

  private async transfer(slice: Slice, turn: Turn): Promise<void> {
    try {
      const writes = await this.read(slice);
      await turn.come;
      const application = this.options.applier.apply(slice.database, writes, slice.changed);
      await application.ordered;
      turn.leave();
      this.finish(slice, writes, await application.outcomes);
    } finally {
      turn.leave();
      this.budget.give(slice.bytes);
    }
  }

  private async read(slice: Slice): Promise<Write[]> {
    const { source, target, onAgain, onStream } = this.options;
    const writes: Write[] = slice.gone.map(({ key }) => ({ key, commands: remove(key, target) }));
    const untyped = slice.present.some(({ type }) => type === undefined);
    const encoding = untyped ? 'dump' : this.encoding;
    const values = await readValues(source, target, slice.database, slice.present, encoding);
    slice.present.forEach(({ key }, i) => {
      const value = values[i];
      if (value === undefined) return;
      if (value.isStream) onStream(slice.database, key);
      if (value.rewrite instanceof Changed) onAgain(slice.database, key, slice.since);
      else writes.push({ key, commands: value.rewrite, dump: value.dump });
    });
    return writes;
  }

  private finish(slice: Slice, writes: readonly Write[], outcomes: readonly Outcome[]): void {
    const applied = new Set<Buffer>();
    writes.forEach(({ key }, i) => {
      const outcome = outcomes[i];
      if (outcome === undefined || outcome === 'applied' || outcome === 'target-write') {
        applied.add(key);
        return;
      }
      if (!refusesDump(outcome)) throw this.options.refused(outcome);
      this.encoding = 'typed';
      this.options.onAgain(slice.database, key, slice.since);
    });
    this.options.onApplied(slice.present.filter(({ key }) => applied.has(key)));
  }
}
