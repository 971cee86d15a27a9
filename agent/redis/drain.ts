import { AgentError } from '../errors';
import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { between, follow } from './replicate';
import { monotonicNow } from './replication/clock';
import { PATIENCE_MS } from './replication/health/patience';

/**
 * Resolves once everything that was on `from` when it was called is on `to`. Where no tail runs, because the host was
 * replaced, it first makes the two equal by a resynchronisation, and the tail then goes on.
 */
export const drain: Verb<RedisContext, 'redis.drain'> = async (context, args, report) => {
  const began = monotonicNow();
  const timeout = AbortSignal.timeout(args.timeoutSeconds * 1000);
  try {
    const overlap = context.consistency === 'LIVE';
    const replication = await context.replications.inTurn(
      async () => context.replications.find(args) ?? (await follow(context, { ...args, overlap })),
    );
    const before = replication.keysApplied;
    const silent = replication.silentWrites.calls();
    report.progress({ phase: 'draining', done: 0, total: replication.status().dirtyKeys });
    await replication.catchUp(AbortSignal.any([timeout, report.signal]), PATIENCE_MS);
    return {
      durationMs: Math.round(monotonicNow() - began),
      keysApplied: replication.keysApplied - before,
      conflicts: replication.conflicts.count,
      silentWrites: replication.silentWrites.since(silent),
      conflictSample: replication.conflicts.sample(),
    };
  } catch (error) {
    if (timeout.aborted) {
      const trouble = context.replications.find(args)?.trouble;
      const why = trouble === undefined ? '' : ` (${trouble.message})`;
      throw new AgentError(
        'Agent.NotCaughtUp',
        `${between(context, args)} did not catch up within ${args.timeoutSeconds} s${why}: look at redis.status, fence the source, or allow more time.`,
        { cause: error },
      );
    }
    throw explainRedis(error, between(context, args));
  }
};
