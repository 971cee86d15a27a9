import { createHash } from 'node:crypto';

/** Numbers that a seed decides (sfc32, by Chris Doty-Humphrey, seeded through SHA-256): the same in every run. */
export class Random {
  private readonly state: Uint32Array;

  constructor(private readonly seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.state = new Uint32Array([0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)));
  }

  /** An independent stream for a part of the whole: adding one part leaves the others' numbers as they were. */
  fork(part: string): Random {
    return new Random(`${this.seed}/${part}`);
  }

  /** [0, 1) */
  next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.state;
    const result = (a + b + counter) >>> 0;
    this.state[3] = counter + 1;
    this.state[0] = b ^ (b >>> 9);
    this.state[1] = c + (c << 3);
    this.state[2] = ((c << 21) | (c >>> 11)) + result;
    return result / 2 ** 32;
  }

  /** 0 to `below` - 1 */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.integer(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws where there is nothing to pick from */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.integer(from.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  bytes(length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    for (let offset = 0; offset < length; offset++) buffer[offset] = this.integer(256);
    return buffer;
  }
}
