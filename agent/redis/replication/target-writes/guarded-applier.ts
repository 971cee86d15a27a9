import type { Connection } from '../../resp/connection';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Baseline } from '../baseline/baseline';
import type { EventStream } from '../event-stream';
import { type Application, type Applier, type Outcome, outcomeOf, type Write } from '../moving/applier';
import { Turnstile } from '../turnstile';
import { OWN_WRITES_BEGIN, OWN_WRITES_END, type TargetWrites } from './target-writes';

export interface GuardedApplierOptions {
  readonly connection: Connection;
  /** Of the target, subscribed to `channel` as well. */
  readonly events: EventStream;
  readonly targetWrites: TargetWrites;
  readonly channel: string;
  /** Of the target, where it can keep one. */
  readonly baseline: Baseline | undefined;
}

/**
 * Writes to a target to which clients write as well, without ever writing over them. WATCH first; then wait until every
 * event of before has arrived, so that what clients wrote before WATCH is known, and what they write after it fails the
 * transaction.
 */
export class GuardedApplier implements Applier {
  private readonly turns = new Turnstile();

  constructor(private readonly options: GuardedApplierOptions) {}

  apply(database: number, writes: readonly Write[], changed: boolean): Application {
    const turn = this.turns.enter();
    const outcomes = turn.come
      .then(() => (writes.length === 0 ? [] : this.guarded(database, writes, changed)))
      .finally(() => turn.leave());
    return {
      ordered: outcomes.then(
        () => undefined,
        () => undefined,
      ),
      outcomes,
    };
  }

  private async guarded(database: number, writes: readonly Write[], changed: boolean): Promise<Outcome[]> {
    const { connection, events, targetWrites, channel } = this.options;
    for (;;) {
      const keys = writes.map(({ key }) => key);
      // Before 7.0 a watched key fails the transaction for as long as it has expired and not been removed: EXISTS does.
      await connection.batchIn(database, [
        ['EXISTS', ...keys],
        ['WATCH', ...keys],
      ]);
      await events.barrier();
      const ours = writes.filter(({ key }) => !targetWrites.has(database, key));
      if (ours.length === 0) await connection.batch([['UNWATCH']]);
      const applied = ours.length === 0 ? [] : await this.transact(database, ours, channel);
      if (applied === undefined) continue;
      const own = new Set(ours);
      await this.drop(
        database,
        writes.filter((write) => !own.has(write)),
        changed,
      );
      let at = 0;
      return writes.map((write): Outcome => {
        if (ours[at] !== write) return 'target-write';
        at += 1;
        return applied[at - 1] ?? 'applied';
      });
    }
  }

  /** A scan does not tell whether the source has changed, and a source that announces nothing is only scanned. */
  private async drop(database: number, writes: readonly Write[], changed: boolean): Promise<void> {
    if (writes.length === 0) return;
    const { baseline, targetWrites } = this.options;
    const unlike = changed ? undefined : await baseline?.unlikeNoted(database, writes);
    for (const write of writes) targetWrites.dropped(database, write.key, changed || unlike?.has(write) === true);
  }

  /** Undefined when a user wrote to one of the keys since WATCH: then nothing was done. */
  private async transact(database: number, writes: readonly Write[], channel: string): Promise<Outcome[] | undefined> {
    const { connection, baseline } = this.options;
    const notes = baseline?.note(writes) ?? [];
    const replies = await connection.batchIn(database, [
      ['MULTI'],
      ['PUBLISH', channel, OWN_WRITES_BEGIN],
      ...writes.flatMap(({ commands }) => commands),
      ...notes,
      ['PUBLISH', channel, OWN_WRITES_END],
      ['EXEC'],
    ]);
    const results: Reply | undefined = replies[replies.length - 1];
    if (results === null) return undefined;
    if (!Array.isArray(results)) {
      const refusal = replies.find((reply) => reply instanceof ReplyError);
      if (refusal !== undefined) throw connection.explain(refusal);
      throw new Error('EXEC answered neither with results nor with an error.');
    }
    let at = 1;
    const outcomes = writes.map(({ commands }) => {
      const own = results.slice(at, at + commands.length);
      at += commands.length;
      return outcomeOf(own);
    });
    const noted = outcomeOf(results.slice(at, at + notes.length));
    if (noted instanceof ReplyError) throw connection.explain(noted);
    return outcomes;
  }
}
