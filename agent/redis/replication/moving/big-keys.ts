import { bytesOf, type KeyName, nameOf, temporaryKey } from '../../key';
import { onlyDumped } from '../../payload/dumped';
import { refusesDump, remove, restore } from '../../payload/encoding';
import { type AnyType, typeNamed } from '../../payload/types';
import { Changed, Diverged, type Place, type Store } from '../../payload/value';
import { ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import { atMost, monotonicNow } from '../clock';
import type { BigKeyTimes } from '../health/big-key-times';
import { BIG_VALUE_BYTES, type BigKeyTaker, type CarrierOptions } from './mover';
import { type ProbedKey, probe } from './probe';

/** What is read of a big value at a time. */
const PIECE_BYTES = 256 * 1024;
const MAX_ELEMENTS = 1000;
/** How long a half-assembled value outlives the agent, should it die; renewed with each piece. */
const ASSEMBLY_EXPIRES_MS = 10 * 60 * 1000;

/** What refuses an edit of a stream that was created again, or had its groups changed, on the target. */
const STREAM_IS_ANOTHER = /^(BUSYGROUP|NOGROUP)|XADD is equal or smaller|XSETID is smaller/;

export interface BigKeysOptions extends CarrierOptions {
  readonly target: Store;
  /** Resolves when everything that was written to the target so far has taken effect. */
  readonly written: () => Promise<unknown>;
  readonly times: BigKeyTimes;
}

interface Held {
  readonly since: number;
  /** It changed again while it was held; since when. */
  again: { since: number } | undefined;
}

/**
 * Carries big values over piece by piece, one key at a time, on connections of its own, so that a value of a gigabyte
 * neither fills the memory nor holds up the others. A value that the target has already is edited where it differs; a
 * new one is assembled under another name and renamed, so that nobody ever reads half of it.
 */
export class BigKeys implements BigKeyTaker {
  private readonly held = new Map<number, Map<KeyName, Held>>();
  private readonly assembling = new Set<KeyName>();
  private queue: Promise<void> = Promise.resolve();
  private hurried = false;
  private halted = false;
  private readonly resting = new Set<() => void>();

  constructor(private readonly options: BigKeysOptions) {}

  holds(database: number, key: Buffer): boolean {
    return this.held.get(database)?.has(nameOf(key)) ?? false;
  }

  /** Whether a temporary key is being assembled right now, and not what an agent left behind. */
  isAssembling(key: Buffer): boolean {
    return this.assembling.has(nameOf(key));
  }

  get size(): number {
    let size = 0;
    for (const keys of this.held.values()) size += keys.size;
    return size;
  }

  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const keys of this.held.values()) {
      for (const { since } of keys.values()) if (oldest === undefined || since < oldest) oldest = since;
    }
    return oldest;
  }

  take(database: number, { key }: ProbedKey, since: number, ready: Promise<unknown>): void {
    const name = nameOf(key);
    const keys = this.held.get(database) ?? new Map<KeyName, Held>();
    this.held.set(database, keys);
    const present = keys.get(name);
    if (present !== undefined) {
      present.again ??= { since };
      return;
    }
    const held: Held = { since, again: undefined };
    keys.set(name, held);
    this.queue = this.queue.then(() => this.work(database, name, held, ready));
  }

  /**
   * How long the big keys that change keep a drain and a delta waiting, in milliseconds: one that changed again while it
   * was carried is carried twice, and a comparison reads as much as a carry.
   */
  workMs(): { readonly carry: number; readonly compare: number } {
    let [carry, compare] = [0, 0];
    for (const [database, keys] of this.held) {
      for (const [name, { again }] of keys) {
        const ms = this.options.times.of(database, name);
        carry += again === undefined ? ms : 2 * ms;
        compare += ms;
      }
    }
    return { carry, compare };
  }

  /** Whether keys that change all the time are brought over without a rest: while somebody waits for the last of them. */
  hurry(hurried: boolean): void {
    this.hurried = hurried;
    if (hurried) for (const wake of this.resting) wake();
  }

  /** Resolves once what was taken before the call is no longer in flight. */
  landed(): Promise<void> {
    return this.queue;
  }

  /** Goes no further, and resolves once nothing is in flight. */
  async halt(): Promise<void> {
    this.halted = true;
    this.hurry(true);
    await this.queue;
  }

  private async work(database: number, name: KeyName, held: Held, ready: Promise<unknown>): Promise<void> {
    const began = monotonicNow();
    if (this.halted) return;
    try {
      await ready;
      await this.options.written();
      await this.carry(database, bytesOf(name));
    } catch (error) {
      if (!(error instanceof Changed)) {
        this.options.onFailure(error);
        return;
      }
      held.again ??= { since: held.since };
    }
    const tookMs = monotonicNow() - began;
    this.options.times.carried(database, name, tookMs);
    this.release(database, name, held, tookMs);
  }

  /** A key that is edited all the time is read no more than half of the time. */
  private async release(database: number, name: KeyName, held: Held, tookMs: number): Promise<void> {
    if (held.again !== undefined && !this.hurried) {
      let wake: () => void = () => undefined;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.resting.add(wake);
      await atMost(tookMs, woken);
      this.resting.delete(wake);
    }
    this.held.get(database)?.delete(name);
    if (held.again !== undefined) this.options.onAgain(database, bytesOf(name), held.again.since);
  }

  private async carry(database: number, key: Buffer): Promise<void> {
    const { source, target, onApplied, onStream } = this.options;
    const [probed] = await probe(source, database, [key], true);
    if (probed === undefined || !probed.exists || probed.type === 'none') {
      await this.apply(database, key, remove(key, target.dialect));
      return;
    }
    if (probed.bytes <= BIG_VALUE_BYTES) throw new Changed('the value has become small');
    const type = typeNamed(probed.type ?? '');
    const from: Place = { ...source, database, key };
    const to: Place = { ...target, database, key };
    if (type.dumpOnly) {
      await this.carryWhole(type, from, probed);
      onApplied([probed]);
      return;
    }
    const piece = await pieceLength(type, from, probed.bytes);
    if (type.name === 'stream') onStream(database, key);
    const edited = (await typeOn(to)) === type.name && (await this.edit(type, from, to, piece, probed));
    if (!edited) await this.assemble(type, from, to, piece, probed);
    onApplied([probed]);
  }

  private async carryWhole(type: AnyType, { connection, database, key }: Place, probed: ProbedKey): Promise<void> {
    const [dump = null] = await connection.batchIn(database, [['DUMP', key]]);
    if (dump instanceof ReplyError) throw connection.explain(dump);
    if (!Buffer.isBuffer(dump)) throw new Changed('the key is gone');
    const commands = restore(probed, dump, this.options.target.dialect);
    const [outcome] = await this.options.applier.apply(database, [{ key, commands, dump }], true).outcomes;
    if (outcome instanceof ReplyError)
      throw refusesDump(outcome) ? onlyDumped(type.name) : this.options.refused(outcome);
  }

  /** Edits the target's value where it differs. False where that cannot be done. */
  private async edit(type: AnyType, from: Place, to: Place, piece: number, probed: ProbedKey): Promise<boolean> {
    // First: what expires by the time it had before, amidst the edits, would be left with the last of them only.
    if (!(await this.apply(to.database, to.key, [expiryOf(to.key, probed)]))) return true;
    try {
      for await (const commands of type.reconcile(from, to, piece)) {
        if (!(await this.apply(to.database, to.key, commands))) return true;
      }
    } catch (error) {
      if (error instanceof Diverged) return false;
      throw error;
    }
    await this.apply(to.database, to.key, [expiryOf(to.key, probed)]);
    return true;
  }

  private async assemble(type: AnyType, from: Place, to: Place, piece: number, probed: ProbedKey): Promise<void> {
    const key = temporaryKey();
    const assembly: Place = { ...to, key };
    this.assembling.add(nameOf(key));
    try {
      for await (const commands of type.reconcile(from, assembly, piece)) {
        await this.write(assembly, [...commands, ['PEXPIRE', key, ASSEMBLY_EXPIRES_MS]]);
      }
      if ((await typeOn(assembly)) === 'none') throw new Changed('the key is gone');
      await this.apply(to.database, to.key, [['RENAME', key, to.key], expiryOf(to.key, probed)]);
    } finally {
      await this.write(assembly, remove(key, to.dialect));
      this.assembling.delete(nameOf(key));
    }
  }

  /** False when a client of the target has written the key by now. */
  private async apply(database: number, key: Buffer, commands: readonly Command[]): Promise<boolean> {
    if (this.halted) throw new Changed('replication is being stopped');
    const [outcome] = await this.options.applier.apply(database, [{ key, commands }], true).outcomes;
    if (outcome instanceof ReplyError) {
      // A user's write, or the target's own expiry, has changed the type under us.
      if (outcome.message.startsWith('WRONGTYPE')) throw new Changed('the target changed its type');
      if (STREAM_IS_ANOTHER.test(outcome.message)) throw new Diverged('the target is another stream by now');
      throw this.options.refused(outcome);
    }
    return outcome !== 'target-write';
  }

  private async write(place: Place, commands: readonly Command[]): Promise<void> {
    const replies = await place.connection.batchIn(place.database, commands);
    const refusal = replies.find((reply) => reply instanceof ReplyError);
    if (refusal !== undefined) throw this.options.refused(refusal);
  }
}

export async function pieceLength(type: AnyType, place: Place, bytes: number): Promise<number> {
  if (type.name === 'string') return PIECE_BYTES;
  const perElement = bytes / Math.max(1, await type.length(place));
  return Math.max(1, Math.min(MAX_ELEMENTS, Math.floor(PIECE_BYTES / perElement)));
}

async function typeOn({ connection, database, key }: Place): Promise<string> {
  const [type] = await connection.batchIn(database, [['TYPE', key]]);
  if (type instanceof ReplyError) throw connection.explain(type);
  return String(type);
}

function expiryOf(key: Buffer, { expiresAt }: ProbedKey): Command {
  return expiresAt === 0 ? ['PERSIST', key] : ['PEXPIREAT', key, expiresAt];
}
