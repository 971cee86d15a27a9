import type { Increment, Kind } from '../cache-protocol';
import type { LostWrite } from './lost-write';

interface Acked {
  readonly side: string;
  readonly ackedMs: number;
}

interface Counter {
  readonly kind: Kind;
  readonly acked: Acked[];
  unknown: number;
}

/** Counters begin at 0 and only grow: in the end each must be what was acknowledged, give or take the unanswered. */
export class CounterLedger {
  private readonly counters = new Map<string, Counter>();

  add({ kind, key, ackedMs }: Increment, side: string): void {
    let counter = this.counters.get(key);
    if (!counter) {
      counter = { kind, acked: [], unknown: 0 };
      this.counters.set(key, counter);
    }
    if (ackedMs === undefined) counter.unknown++;
    else counter.acked.push({ side, ackedMs });
  }

  keys(): readonly { readonly kind: Kind; readonly key: string }[] {
    return [...this.counters].map(([key, { kind }]) => ({ kind, key }));
  }

  /**
   * @param value - what stands on the serving side
   * @param allReported - false where a client was killed, and may have incremented with nobody told
   */
  judge(key: string, value: number, serving: string, allReported: boolean): LostWrite[] {
    const counter = this.counters.get(key);
    if (!counter) return [];
    const { kind, acked, unknown } = counter;
    const rivals = acked.map(({ side, ackedMs }) => ({ side, atMs: ackedMs }));
    const loss = ({ side, ackedMs }: Acked, what: string): LostWrite => ({ kind, key, side, ackedMs, what, rivals });
    if (value > acked.length + unknown && allReported) {
      const last = acked.at(-1);
      return last ? [loss(last, `is ${value} after ${acked.length} increments and ${unknown} unanswered ones`)] : [];
    }
    // Which ones are missing cannot be seen: the latest of the side that does not serve, then the latest of all.
    const latestFirst = [...acked].sort(
      (a, b) => Number(a.side === serving) - Number(b.side === serving) || b.ackedMs - a.ackedMs,
    );
    const missing = Math.max(0, acked.length - value);
    return latestFirst.slice(0, missing).map((one) => loss(one, `is ${value} after ${acked.length} increments`));
  }
}
