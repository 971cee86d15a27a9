import { figure } from '../../figure';
import type { Read } from '../protocol';

/** Which side answered how many queries, and which did not. */
export class ReadLedger {
  private readonly sides = new Map<string, { answered: number; failed: number }>();

  add({ answered }: Read, side: string): void {
    const reads = this.sides.get(side) ?? { answered: 0, failed: 0 };
    this.sides.set(side, reads);
    if (answered) reads.answered++;
    else reads.failed++;
  }

  /** By side; `host:port` where an address belongs to none. */
  figures() {
    const reads = [...this.sides];
    const failedReads = reads.reduce((sum, [, { failed }]) => sum + failed, 0);
    return [
      figure('failedReads', 'Failed reads', failedReads, { shown: 'summary' }),
      ...reads.flatMap(([side, { answered, failed }]) => [
        figure(`readsAnswered.${side}`, `Reads answered by ${side}`, answered),
        figure(`readsFailed.${side}`, `Reads failed on ${side}`, failed),
      ]),
    ];
  }
}
