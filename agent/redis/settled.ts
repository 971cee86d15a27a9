import type { SettledArgs } from '../../contract/cache';
import { AgentError } from '../errors';
import type { Report } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { between, follow } from './replicate';
import { sleep } from './replication/clock';
import type { Replication } from './replication/replication';
import { keepVerifying } from './verify';

const LOOK_EVERY_MS = 1000;
/** A burst is not over because one look met it between two writes. */
const LOOKS_IN_A_ROW = 3;

/**
 * Waits, while clients are still on `from`, until a freeze would be short: until drain and the delta after it are predicted
 * to take at most `freezeSeconds` together, several looks in a row.
 */
export async function untilSettled(context: RedisContext, args: SettledArgs, report: Report): Promise<void> {
  const { from, to, freezeSeconds, timeoutSeconds } = args;
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  let replication: Replication | undefined;
  try {
    replication = await context.replications.inTurn(
      async () => context.replications.find(args) ?? (await follow(context, { from, to, overlap: false })),
    );
    // It compares what changes all the time: without it, a delta would never get shorter.
    keepVerifying(context, { from, to }, replication);
    await untilShort(replication, freezeSeconds, { ...report, signal: AbortSignal.any([timeout, report.signal]) });
  } catch (error) {
    if (timeout.aborted && replication !== undefined) throw tooLong(replication, freezeSeconds, error);
    throw explainRedis(error, between(context, args));
  }
}

async function untilShort(replication: Replication, freezeSeconds: number, report: Report): Promise<void> {
  for (let short = 0; short < LOOKS_IN_A_ROW; await sleep(LOOK_EVERY_MS)) {
    await replication.catchUp(report.signal);
    const { state, drainSeconds, deltaSeconds } = replication.status();
    const predicted = drainSeconds + deltaSeconds;
    short = state === 'tailing' && predicted <= freezeSeconds ? short + 1 : 0;
    report.progress({ phase: 'waiting for a short freeze, predicted seconds', done: Math.ceil(predicted) });
  }
}

function tooLong(replication: Replication, freezeSeconds: number, cause: unknown): AgentError {
  const { drainSeconds, deltaSeconds, error } = replication.status();
  return new AgentError(
    'Agent.FreezeTooLong',
    `A freeze would take ${drainSeconds} s to drain and ${deltaSeconds} s to compare${error === undefined ? '' : ` (${error})`}, ` +
      `and ${freezeSeconds} s are allowed (maxFreeze). Nobody was stopped. Choose a time with fewer writes, give the ` +
      'migration host or the caches more room, or allow more.',
    { cause },
  );
}
