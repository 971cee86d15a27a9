import { figure } from '../../figure';
import type { LockFence, LockHold, LockRelease } from '../cache-protocol';

/** Two clients that both worked under one lock, or a fencing token that was not higher than an earlier one. */
export interface LockViolation {
  readonly lock: string;
  readonly holders: readonly [string, string];
  readonly atMs: number;
  readonly what: 'two holders' | 'token went back';
  /** How long both worked; 0 for a token. */
  readonly forMs: number;
}

interface Hold {
  readonly holder: string;
  readonly fromMs: number;
  /** When it stopped working, or had to: its lock ran out. */
  untilMs: number;
}

/**
 * Sees from outside the engine who works under a lock. A holder works from the acknowledgement until just before it
 * asks for the release, and never longer than its lease counted from when it asked for the lock: as the engine counts
 * from later, two holders of one engine can never overlap.
 */
export class LockWitness {
  private readonly holds = new Map<string, Map<string, Hold>>();
  private readonly fences = new Map<string, LockFence[]>();

  hold({ lock, holder, ackedMs, sentMs, ttlMs }: LockHold): void {
    const holds = this.holds.get(lock) ?? new Map<string, Hold>();
    holds.set(holder, { holder, fromMs: ackedMs, untilMs: sentMs + ttlMs });
    this.holds.set(lock, holds);
  }

  release({ lock, holder, atMs }: LockRelease): void {
    const hold = this.holds.get(lock)?.get(holder);
    if (hold) hold.untilMs = Math.min(hold.untilMs, atMs);
  }

  fence(fence: LockFence): void {
    const fences = this.fences.get(fence.lock);
    if (fences) fences.push(fence);
    else this.fences.set(fence.lock, [fence]);
  }

  /** Its holders have ended: a holder of a lock stopped working then. */
  died(isOf: (holder: string) => boolean, atMs: number): void {
    for (const holds of this.holds.values()) {
      for (const hold of holds.values()) {
        if (isOf(hold.holder)) hold.untilMs = Math.min(hold.untilMs, atMs);
      }
    }
  }

  figures() {
    const acquired = [...this.holds.values()].reduce((sum, holds) => sum + holds.size, 0);
    return [
      figure('lockViolations', 'Lock violations', this.violations().length, { damage: true, shown: 'headline' }),
      figure('locksAcquired', 'Locks acquired', acquired),
    ];
  }

  violations(): LockViolation[] {
    const found: LockViolation[] = [];
    for (const [lock, holds] of this.holds) found.push(...together(lock, [...holds.values()]));
    for (const [lock, fences] of this.fences) found.push(...backwards(lock, fences));
    return found.sort((a, b) => a.atMs - b.atMs);
  }
}

function together(lock: string, holds: readonly Hold[]): LockViolation[] {
  const found: LockViolation[] = [];
  let longest: Hold | undefined;
  for (const hold of [...holds].sort((a, b) => a.fromMs - b.fromMs)) {
    if (longest && hold.fromMs < longest.untilMs && hold.fromMs < hold.untilMs) {
      const forMs = Math.min(hold.untilMs, longest.untilMs) - hold.fromMs;
      found.push({ lock, holders: [longest.holder, hold.holder], atMs: hold.fromMs, what: 'two holders', forMs });
    }
    if (!longest || hold.untilMs > longest.untilMs) longest = hold;
  }
  return found;
}

/** A token that was asked for after a higher or equal one had been given out. */
function backwards(lock: string, fences: readonly LockFence[]): LockViolation[] {
  const bySent = [...fences].sort((a, b) => a.sentMs - b.sentMs);
  const byAcked = [...fences].sort((a, b) => a.ackedMs - b.ackedMs);
  const found: LockViolation[] = [];
  let given = 0;
  let highest: LockFence | undefined;
  for (const fence of bySent) {
    for (let next = byAcked[given]; next && next.ackedMs < fence.sentMs; next = byAcked[++given]) {
      if (!highest || next.token > highest.token) highest = next;
    }
    if (highest && fence.token <= highest.token) {
      const holders = [highest.holder, fence.holder] as const;
      found.push({ lock, holders, atMs: fence.ackedMs, what: 'token went back', forMs: 0 });
    }
  }
  return found;
}
