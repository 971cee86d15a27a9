import { atMost, monotonicNow } from '../clock';
import type { SourceLatency } from '../health/source-latency';
import type { Links } from '../links';
import type { Mover } from '../moving/mover';
import { resync } from './resync';
import { both, type Search } from './search';

export interface ResynchronisationOptions {
  readonly source: Links;
  readonly target: Links;
  readonly mover: Mover;
  readonly latency: SourceLatency;
  /** The scan of the source has handed on this many keys. */
  readonly onScanned: (keys: number) => void;
  readonly isLeftover: (key: Buffer) => boolean;
  /** Keys that differ, or may. */
  readonly onFound: (database: number, keys: readonly Buffer[]) => void;
  /** What was sought has been found, and handed on. */
  readonly onDone: (search: Search, pass: Pass) => void;
  readonly onFailure: (error: unknown) => void;
}

/** What a search took. */
export interface Pass {
  /** Keys of the source that it came across. */
  readonly keys: number;
  readonly tookMs: number;
}

interface Wish {
  readonly search: Search;
  /** From when on changes may have been missed. */
  readonly since: number;
}

/** Runs resynchronisations one after the other; what is wished for while one runs is done by the next. */
export class Resynchronisation {
  private running: Wish | undefined;
  private next: Wish | undefined;
  private hurried = false;
  private wake: () => void = () => undefined;
  private restUntil = 0;
  private began = 0;
  /** How many have ended. */
  passes = 0;

  constructor(private readonly options: ResynchronisationOptions) {}

  get active(): boolean {
    return this.running !== undefined || this.next !== undefined;
  }

  /** Whether every key is being brought over. */
  get copying(): boolean {
    return [this.running, this.next].some((wish) => wish?.search.has('everything'));
  }

  /** How long what runs and what is next take yet, by what each takes. */
  msLeft(takes: (search: Search) => number): number {
    const { running, next } = this;
    const left = running === undefined ? 0 : Math.max(0, takes(running.search) - (monotonicNow() - this.began));
    return left + (next === undefined ? 0 : takes(next.search));
  }

  /** From when on the target may lack changes that no key is marked for. */
  oldest(): number | undefined {
    return earlier(this.running?.since, this.next?.since);
  }

  request(search: Search, since: number): void {
    const { next } = this;
    this.next = {
      search: next === undefined ? search : both(next.search, search),
      since: Math.min(since, next?.since ?? since),
    };
    if (this.running === undefined && next === undefined) this.run().catch(this.options.onFailure);
  }

  /** Without a rest between two passes: somebody waits for the last one. */
  hurry(hurried: boolean): void {
    this.hurried = hurried;
    if (hurried) this.wake();
  }

  private async run(): Promise<void> {
    while (this.next !== undefined) {
      await this.rest();
      const wish: Wish = this.next;
      this.running = wish;
      this.next = undefined;
      this.began = monotonicNow();
      const keys = await this.perform(wish);
      const tookMs = monotonicNow() - this.began;
      this.restUntil = monotonicNow() + tookMs;
      this.running = undefined;
      this.passes += 1;
      this.options.onDone(wish.search, { keys, tookMs });
    }
  }

  /** Where every pass finds reason for another one, the source gets as long to itself as the pass took. */
  private async rest(): Promise<void> {
    const restMs = this.restUntil - monotonicNow();
    if (this.hurried || restMs <= 0) return;
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    await atMost(restMs, woken);
  }

  private async perform({ search, since }: Wish): Promise<number> {
    const { source, target, mover, latency, onScanned, isLeftover, onFound } = this.options;
    let scanned = 0;
    await resync(search, {
      source,
      target,
      pace: async () => {
        await latency.pace();
        await mover.room();
      },
      push: (database, keys) => mover.push({ database, keys, since, changed: false }),
      onScanned: (keys) => {
        scanned += keys;
        onScanned(keys);
      },
      isLeftover,
      onFound,
    });
    return scanned;
  }
}

export function earlier(...times: readonly (number | undefined)[]): number | undefined {
  let earliest: number | undefined;
  for (const time of times) if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  return earliest;
}
