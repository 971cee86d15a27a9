import type { Resolver } from '../../network/resolver';
import { nowMs, sleep } from '../clock';
import type { ProcessSettings } from '../protocol';
import type { Random } from '../random';
import type { Outcome } from './outcome';

/** What an error says of the command and of the connection it was sent on. */
export interface Verdict {
  /** `refused`: the server answered that it did not do it. `unknown`: no answer. */
  readonly state: 'refused' | 'unknown';
  /** Short and the same for the same cause, so that causes can be counted; no address, no key. */
  readonly reason: string;
  /** The connection is of no use any more, or leads to a server that serves no more. */
  readonly over: boolean;
}

/**
 * One connection of a pool: it is kept until it breaks; then the name is resolved again (from the cache while its TTL
 * runs) and a new one is made, with growing pauses in between. A command that is not answered in time breaks it, as
 * what comes later cannot be told from the next command's answer by most clients.
 */
export abstract class KeptConnection<Link extends object> {
  private link?: Link;
  private readonly ended = new WeakSet<Link>();
  private server = '';
  private stopped = false;
  private waiting: (() => void)[] = [];
  private lastFailure = 'not connected yet';

  /** @param name - what is resolved at every connect */
  constructor(
    private readonly name: string,
    protected readonly settings: ProcessSettings,
    private readonly resolver: Resolver,
    private readonly random: Random,
  ) {}

  /** A connection that has answered once: one that is accepted and then silent is not let in. */
  protected abstract open(address: string, target: string): Promise<Link>;
  protected abstract close(link: Link): void;
  /** Resolves when it has broken or been closed; at once where that was before. */
  protected abstract closed(link: Link): Promise<void>;
  protected abstract judge(error: unknown): Verdict;

  /** Connects, and connects again, until `stop`. */
  async keep(): Promise<void> {
    const [first, highest] = this.settings.timing.backoffMs;
    let pause = first;
    while (!this.stopped) {
      const link = await this.attempt();
      if (link !== undefined) {
        pause = first;
        await this.use(link);
      }
      if (this.stopped) return;
      // Clients that lost a server together must not come back together.
      await sleep(pause * (0.5 + this.random.next()));
      pause = Math.min(pause * 2, highest);
    }
  }

  stop(): void {
    this.stopped = true;
    this.hangUp();
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Ends the present connection; the next one is made as after any other end. */
  hangUp(): void {
    if (this.link !== undefined) this.end(this.link);
  }

  /** Whether it can be used at once. */
  get connected(): boolean {
    return this.link !== undefined;
  }

  /** `host:port` of the present connection, or of the one that was tried last. */
  get address(): string {
    return this.server;
  }

  /** Sends one command, or several that belong together; waits for a connection as long as for an answer. */
  async run<T>(
    send: (link: Link) => Promise<T>,
    timeoutMs = this.settings.timing.commandTimeoutMs,
  ): Promise<Outcome<T>> {
    const link = await this.ready(timeoutMs);
    if (link === undefined) return { state: 'unsent', reason: this.lastFailure };
    const server = this.server;
    const sentMs = nowMs();
    try {
      const value = await within(send(link), timeoutMs);
      return { state: 'done', value, sentMs, ackedMs: nowMs(), server };
    } catch (error) {
      const failedMs = nowMs();
      const { state, reason, over } = this.verdictOn(error);
      if (over) this.end(link);
      return state === 'refused' ? { state, reason } : { state, reason, sentMs, failedMs, server };
    }
  }

  /** Of many commands that are late at once, each would close it, and clients listen to its end each time. */
  private end(link: Link): void {
    if (this.ended.has(link)) return;
    this.ended.add(link);
    this.close(link);
  }

  private verdictOn(error: unknown): Verdict {
    if (error instanceof TimedOut) return { state: 'unknown', reason: 'timed out', over: true };
    return this.judge(error);
  }

  private async ready(timeoutMs: number): Promise<Link | undefined> {
    if (this.link !== undefined || this.stopped) return this.link;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(() => {
        this.waiting = this.waiting.filter((waiting) => waiting !== resolve);
        resolve();
      }, timeoutMs);
    });
    clearTimeout(timer);
    return this.link;
  }

  /** Hands the connection out until it breaks. */
  private async use(link: Link): Promise<void> {
    if (this.stopped) {
      this.end(link);
      return;
    }
    // It may have broken since it answered: its next owner is told by the command that fails.
    this.link = link;
    for (const wake of this.waiting.splice(0)) wake();
    await this.closed(link);
    this.link = undefined;
    this.lastFailure = 'connection lost';
  }

  private async attempt(): Promise<Link | undefined> {
    try {
      const { address, target } = await this.resolver.resolve(this.name);
      this.server = `${address}:${this.settings.port}`;
      return await this.open(address, target);
    } catch (error) {
      this.lastFailure = `cannot connect: ${this.verdictOn(error).reason}`;
      return undefined;
    }
  }
}

class TimedOut extends Error {}

export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut('timed out')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // Once it is late, nobody waits for how it ends.
    promise.catch(() => undefined);
  }
}
