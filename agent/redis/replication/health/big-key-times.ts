import type { KeyName } from '../../key';

/** Keys of which is known how long they took. */
const MAX_KEYS = 1000;

/** How long each big key took when it was last carried, in milliseconds: also what a later session will take. */
export class BigKeyTimes {
  private readonly took = new Map<string, number>();

  of(database: number, key: KeyName): number {
    return this.took.get(`${database}:${key}`) ?? 0;
  }

  /** Of all: one is carried after the other. */
  total(): number {
    let total = 0;
    for (const ms of this.took.values()) total += ms;
    return total;
  }

  carried(database: number, key: KeyName, ms: number): void {
    const place = `${database}:${key}`;
    this.took.delete(place);
    this.took.set(place, ms);
    for (const [oldest] of this.took) {
      if (this.took.size <= MAX_KEYS) break;
      this.took.delete(oldest);
    }
  }
}
