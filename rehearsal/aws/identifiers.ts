import { createHash } from 'node:crypto';

/** Ids as AWS makes them, the same in every run of the same seed. */
export class Identifiers {
  private drawn = 0;

  constructor(private readonly seed: string) {}

  /** Lower-case hexadecimal digits, at most 64. */
  hex(length: number): string {
    this.drawn += 1;
    return createHash('sha256').update(`${this.seed}:${this.drawn}`).digest('hex').slice(0, length);
  }

  /** A version 4 UUID's form. */
  uuid(): string {
    const digits = this.hex(32);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `a${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-');
  }

  /** An id as EC2 makes them, e.g. `sgr-0123456789abcdef0`. */
  ec2(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  /** Text that nobody could guess on AWS, e.g. a task token. */
  token(): string {
    return Buffer.from(this.hex(64) + this.hex(64), 'hex').toString('base64');
  }
}
