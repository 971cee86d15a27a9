import { KeptConnection, type Verdict } from '../../client/kept-connection';
import type { Outcome } from '../../client/outcome';
import { dialectOf } from '../dialects';
import type { SqlProcessSettings } from '../protocol';
import type { Link } from './link';

/** COMMIT came back with an error: whether it took effect is not known. */
class CommitFailed extends Error {}

/** What a transaction does before its COMMIT. */
export type Work = Pick<Link, 'row' | 'change' | 'insert'>;

/** What a transaction did, and the identity of who did it. */
export interface Done<T> {
  readonly value: T;
  readonly server: string;
}

/** A connection to a database. */
export class SqlConnection extends KeptConnection<Link> {
  declare protected readonly settings: SqlProcessSettings;

  /**
   * Runs a transaction.
   *
   * `unknown` is only what was lost at COMMIT: a connection that ends before takes its transaction along. What the work
   * gave until then is in `partial`, so that it is known what may stand.
   */
  async transact<T>(work: (work: Work) => Promise<T>): Promise<{ outcome: Outcome<Done<T>>; partial?: Done<T> }> {
    let partial: Done<T> | undefined;
    const outcome = await this.run(async (link) => {
      try {
        const server = await link.begin();
        const done = { value: await work(link), server };
        partial = done;
        await link.commit().catch((error: unknown) => {
          throw new CommitFailed(this.judge(error).reason);
        });
        return done;
      } catch (error) {
        if (partial === undefined && this.judge(error).state === 'refused') await link.rollback();
        throw error;
      }
    });
    // The closed connection lets nothing through any more: without COMMIT sent, none will be.
    if (outcome.state === 'unknown' && partial === undefined) {
      return { outcome: { state: 'refused', reason: outcome.reason } };
    }
    return partial === undefined ? { outcome } : { outcome, partial };
  }

  protected override open(address: string, target: string): Promise<Link> {
    return dialectOf(this.settings).openLink(this.settings, address, target);
  }

  protected override close({ socket }: Link): void {
    socket.destroy();
  }

  protected override async closed({ socket }: Link): Promise<void> {
    if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }

  protected override judge(error: unknown): Verdict {
    if (error instanceof CommitFailed) return { state: 'unknown', reason: `COMMIT: ${error.message}`, over: true };
    return dialectOf(this.settings).verdictOn(error);
  }
}
