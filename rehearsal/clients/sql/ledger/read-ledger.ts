import type { Read } from '../protocol';

export interface ReadFigures {
  readonly answered: number;
  readonly failed: number;
}

/** Which side answered how many queries, and which did not. */
export class ReadLedger {
  private readonly sides = new Map<string, { answered: number; failed: number }>();

  add({ answered }: Read, side: string): void {
    const reads = this.sides.get(side) ?? { answered: 0, failed: 0 };
    this.sides.set(side, reads);
    if (answered) reads.answered++;
    else reads.failed++;
  }

  figures(): Readonly<Record<string, ReadFigures>> {
    return Object.fromEntries([...this.sides].map(([side, reads]) => [side, { ...reads }]));
  }
}
