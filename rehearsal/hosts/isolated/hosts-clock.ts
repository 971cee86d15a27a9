import { closeSync, openSync, writeSync } from 'node:fs';
import { type Clock as AccountClock, systemClock } from '../../aws/clock';
import type { Clock, Pause } from '../../states-language';

/** How long a sleeper does not notice that the rate has changed. Milliseconds. */
const MAX_PIECE = 20;

/** A host's clock may be ahead of the rehearsal's, or behind it. */
interface HostPage {
  readonly file: number;
  aheadMs: number;
}

export interface HostsClockProps {
  /** What it shows at first: epoch milliseconds. */
  readonly begin: number;
  /** So many times as fast as real time. */
  readonly rate: number;
}

/**
 * The time of a rehearsal that passes faster than the machine's: for the state machine, for the account, and for every
 * program of the hosts.
 */
export class HostsClock implements AccountClock {
  private readonly pages = new Map<string, HostPage>();
  /** The machine's monotonic clock, which the library reads too, and how much time of the rehearsal had passed then. Nanoseconds. */
  private since = process.hrtime.bigint();
  /** By the machine's wall clock, which files have. Nanoseconds. */
  private readonly born = BigInt(Date.now()) * 1_000_000n;
  private elapsedNs = 0n;
  private version = 0n;
  private thousandths: bigint;

  constructor(private readonly props: HostsClockProps) {
    this.thousandths = thousandthsOf(props.rate);
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.props.begin + Number(this.elapsed() / 1_000n) / 1_000;
  }

  get rate(): number {
    return Number(this.thousandths) / 1_000;
  }

  setRate(rate: number): void {
    this.elapsedNs = this.elapsed();
    this.since = process.hrtime.bigint();
    this.thousandths = thousandthsOf(rate);
    for (const page of this.pages.values()) this.write(page);
  }

  /** Has a host read the clock from this file. */
  addHost(host: string, path: string): void {
    const page = { file: openSync(path, 'w', 0o644), aheadMs: 0 };
    writeSync(page.file, Buffer.alloc(4_096));
    this.pages.set(host, page);
    this.write(page);
  }

  /** Puts one host's clock forward, or back. Nobody's sleep is longer or shorter for it. */
  step(host: string, seconds: number): void {
    const page = this.pages.get(host);
    if (page === undefined)
      throw new Error(`There is no host ${host}; there are ${[...this.pages.keys()].join(', ')}.`);
    page.aheadMs += seconds * 1_000;
    this.write(page);
  }

  /** Resolves when so much of the rehearsal's time has passed, or as soon as the signal is aborted. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + ms;
    for (;;) {
      const left = end - this.now();
      if (left <= 0 || signal?.aborted === true) return;
      await systemClock.sleep(Math.min(MAX_PIECE, Math.max(1, left / this.rate)), signal);
    }
  }

  /** As executions go by it. */
  get ofExecutions(): Clock {
    return {
      now: () => this.now(),
      sleep: async (seconds: number, { signal }: Pause) => {
        await this.sleep(seconds * 1_000, signal);
        signal.throwIfAborted();
      },
    };
  }

  close(): void {
    for (const { file } of this.pages.values()) closeSync(file);
    this.pages.clear();
  }

  private elapsed(): bigint {
    return this.elapsedNs + ((process.hrtime.bigint() - this.since) / 1_000n) * this.thousandths;
  }

  /** The version first and last: who reads in between reads again. */
  private write({ file, aheadMs }: HostPage): void {
    this.version += 2n;
    const { begin, rate } = this.props;
    const epoch = nanoseconds(begin + aheadMs);
    const ofFiles = [this.born, nanoseconds(begin), thousandthsOf(rate)];
    writeSync(file, words(this.version - 1n), 0, 8, 0);
    writeSync(file, words(this.since, this.elapsedNs, this.thousandths, epoch, ...ofFiles), 0, 56, 8);
    writeSync(file, words(this.version), 0, 8, 0);
  }
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds)) * 1_000_000n;
}

function thousandthsOf(rate: number): bigint {
  if (!(rate > 0 && rate <= 1_000)) throw new Error(`rate: got ${rate}; accepted is more than 0, up to 1000.`);
  return BigInt(Math.round(rate * 1_000));
}

function words(...values: readonly bigint[]): Buffer {
  const buffer = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) buffer.writeBigInt64LE(value, at * 8);
  return buffer;
}
