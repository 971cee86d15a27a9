import type { Kind, RegisterWrite, StaleRead } from '../cache-protocol';
import type { LostWrite } from './lost-write';

/** An unanswered command may still be carried out for this long after its connection was given up. */
const STRAGGLER_MS = 1_000;
/** Expiry is not to the millisecond: servers look at keys in cycles, and copies round. */
const EXPIRY_SLACK_MS = 1_000;

interface Write extends Omit<RegisterWrite, 'server' | 'ackedMs'> {
  readonly side: string;
}
type Acked = Write & { readonly ackedMs: number };

/** What stands on the serving side. */
export interface FoundRegister {
  /** Null: no such key. */
  readonly id: string | null;
  /** Whether the key has an expiry at all. Undefined: not asked. */
  readonly expires?: boolean;
  readonly atMs: number;
}

export type RegisterVerdict =
  | { readonly state: 'kept' }
  | { readonly state: 'lost'; readonly lost: LostWrite }
  /** The value is right, and will stay forever although it was to expire. */
  | { readonly state: 'immortal' };

/** One key and who wrote it. A write is forgotten as soon as a later one of its side has surely replaced it. */
class Register {
  private acked: Acked[] = [];
  private unknown: Write[] = [];
  /** A deletion has begun, and nothing was told since. */
  deleting = false;

  constructor(
    readonly kind: Kind,
    readonly key: string,
    readonly holds: 'string' | 'hash',
  ) {}

  add({ ackedMs, ...write }: Write & { readonly ackedMs?: number }): void {
    this.deleting = false;
    if (ackedMs === undefined) {
      this.unknown.push(write);
      return;
    }
    this.acked = this.acked.filter((old) => old.side !== write.side || old.ackedMs >= write.sentMs);
    this.unknown = this.unknown.filter((old) => (old.failedMs ?? 0) + STRAGGLER_MS >= write.sentMs);
    this.acked.push({ ...write, ackedMs });
  }

  get mayExpire(): boolean {
    return this.acked.some(({ ttlMs }) => ttlMs !== undefined);
  }

  ackedAs(id: string): Acked | undefined {
    return this.acked.findLast((write) => write.id === id);
  }

  judge(found: FoundRegister, trusted: (id: string) => boolean): RegisterVerdict {
    const possible = [...this.acked.filter((write) => !this.replaced(write)), ...this.unknown];
    const last = this.acked.at(-1);
    if (!last) return { state: 'kept' };
    if (found.id === null) {
      if (this.deleting || possible.some((write) => write.id === null || ended(write, found.atMs)))
        return { state: 'kept' };
      return { state: 'lost', lost: this.lossOf(last, 'is gone') };
    }
    const match = possible.find(({ id }) => id === found.id);
    if (!match) {
      if (trusted(found.id)) return { state: 'kept' };
      return {
        state: 'lost',
        lost: this.lossOf(last, last.id === null ? 'is back after its deletion' : 'is an older one'),
      };
    }
    return { state: match.ttlMs !== undefined && found.expires === false ? 'immortal' : 'kept' };
  }

  lossOf({ side, ackedMs }: Acked, what: string): LostWrite {
    return {
      kind: this.kind,
      key: this.key,
      side,
      ackedMs,
      what,
      rivals: this.acked.map((other) => ({ side: other.side, atMs: other.ackedMs })),
    };
  }

  /** Whether another acknowledged write began after this one had ended. */
  private replaced(write: Acked): boolean {
    return this.acked.some(({ sentMs }) => sentMs > write.ackedMs);
  }
}

function ended({ ttlMs, sentMs }: Write, atMs: number): boolean {
  return ttlMs !== undefined && atMs + EXPIRY_SLACK_MS >= sentMs + ttlMs;
}

/** What every key must hold in the end. */
export class RegisterLedger {
  private readonly registers = new Map<string, Register>();
  private readonly missed: LostWrite[] = [];

  add({ server: _, ...write }: RegisterWrite, side: string): void {
    let register = this.registers.get(write.key);
    if (!register) {
      register = new Register(write.kind, write.key, write.holds);
      this.registers.set(write.key, register);
    }
    register.add({ ...write, side });
  }

  deleting(key: string): void {
    const register = this.registers.get(key);
    if (register !== undefined) register.deleting = true;
  }

  /** A reader missed an acknowledged write; what it writes next would hide the loss. */
  addStale({ kind, key, expected, found, sentMs }: StaleRead, side: string): void {
    const register = this.registers.get(key);
    const write = register?.ackedAs(expected);
    const what = found === null ? 'was gone' : 'was another one';
    const lost: LostWrite =
      register && write ? register.lossOf(write, what) : { kind, key, side, ackedMs: sentMs, what, rivals: [] };
    // Its reader is about to write the key again here.
    this.missed.push(lost.side === side ? lost : { ...lost, rivals: [...lost.rivals, { side, atMs: sentMs }] });
  }

  /** Losses that readers noticed. */
  missedByReaders(): readonly LostWrite[] {
    return this.missed;
  }

  /** Every key that was ever written. */
  keys(): readonly Pick<Register, 'kind' | 'key' | 'holds' | 'mayExpire'>[] {
    return [...this.registers.values()];
  }

  /** @param trusted - whether an id that was never reported may be there: its writer was killed before it could */
  judge(key: string, found: FoundRegister, trusted: (id: string) => boolean): RegisterVerdict {
    return this.registers.get(key)?.judge(found, trusted) ?? { state: 'kept' };
  }
}
