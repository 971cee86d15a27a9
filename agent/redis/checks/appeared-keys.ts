import { createHash } from 'node:crypto';
import type { KeysCheckArgs } from '../../../contract/cache';
import type { CheckResult } from '../../../contract/common';
import { isClientKey, nameOf } from '../key';
import { Glob } from './glob';

/** Their hashes take some 50 MB. */
const MAX_REMEMBERED = 1_000_000;

/** Events of a key that goes, or is to go at another time: nobody has written it. */
const NOT_WRITTEN: ReadonlySet<string> = new Set([
  ...['del', 'expired', 'evicted', 'rename_from', 'move_from'],
  ...['expire', 'persist'],
]);

export class TooManyKeys extends Error {}

/** Which keys were there, and which have appeared since; by hashes, for nobody is told their names. */
export class AppearedKeys {
  /** Until the next look. */
  pauseMs = 0;
  private readonly appeared = new Set<number>();
  private readonly glob: Glob;
  /** Of the look that goes on. */
  private current = new Set<number>();
  /** What was there at every look so far; undefined before the first has ended. */
  private before: ReadonlySet<number> | undefined;
  private announces = false;
  private wereThere = 0;

  constructor(private readonly args: KeysCheckArgs) {
    this.glob = new Glob(Buffer.from(args.pattern).toString('latin1'));
  }

  get enough(): boolean {
    const { atLeast, existing } = this.args;
    return this.appeared.size >= atLeast || (existing && this.current.size >= atLeast);
  }

  beginLook(): void {
    this.current = new Set();
  }

  seen(keys: readonly Buffer[]): void {
    for (const key of keys) {
      const hash = hashOf(key);
      this.current.add(hash);
      if (this.before !== undefined && !this.before.has(hash)) this.appeared.add(hash);
    }
    if (this.current.size > MAX_REMEMBERED) {
      const { pattern, side } = this.args;
      throw new TooManyKeys(
        `more than ${MAX_REMEMBERED.toLocaleString('en-US')} keys of ${side} match ${JSON.stringify(pattern)}, too many to tell new ones from: give the check a narrower pattern, or existing`,
      );
    }
  }

  /** What a look has not found was not there for a moment at least, and appears when it is there again. */
  endLook(pauseMs: number): void {
    const { before, current } = this;
    this.before = before === undefined ? current : new Set([...before].filter((hash) => current.has(hash)));
    if (before === undefined) this.wereThere = current.size;
    this.pauseMs = pauseMs;
  }

  announced(database: number, key: Buffer, event: string): void {
    this.announces = true;
    if (database !== this.args.database || NOT_WRITTEN.has(event) || !isClientKey(key)) return;
    if (this.glob.matches(nameOf(key)) && this.appeared.size < this.args.atLeast) this.appeared.add(hashOf(key));
  }

  result(): CheckResult {
    const { pattern, database, side, atLeast, existing, withinSeconds } = this.args;
    const where = `in database ${database} of ${side}`;
    const named = JSON.stringify(pattern);
    if (existing) {
      const found = Math.max(this.current.size, this.appeared.size);
      return found >= atLeast
        ? { passed: true, detail: `at least ${counted(atLeast)} that match ${named} are ${where}` }
        : { passed: false, detail: `${counted(found)} that match ${named} are ${where}, expected at least ${atLeast}` };
    }
    const found = this.appeared.size;
    if (found >= atLeast) return { passed: true, detail: `${counted(found)} that match ${named} appeared ${where}` };
    if (this.before === undefined) {
      return {
        passed: false,
        detail: `the first look at the keys ${where} has not ended within ${withinSeconds} s, and what appears cannot be told before: give the check a longer within`,
      };
    }
    const unseen = this.announces ? '' : ', and names that were there are not seen written over: nothing was announced';
    return {
      passed: false,
      detail: `${counted(found)} that match ${named} appeared ${where} within ${withinSeconds} s, expected at least ${atLeast} (${this.wereThere} were there before${unseen})`,
    };
  }
}

const counted = (keys: number) => `${keys} ${keys === 1 ? 'key' : 'keys'}`;

/** 48 bits: of a million keys, two may share one, by a chance of one in five hundred. */
function hashOf(key: Buffer): number {
  return createHash('sha256').update(key).digest().readUIntBE(0, 6);
}
