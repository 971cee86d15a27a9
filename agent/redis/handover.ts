import type { RelayHandoverArgs } from '../../contract/cache';
import { AgentError } from '../errors';
import type { Report, Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { bringTouched } from './relay/switch/bring-touched';
import { Decision } from './relay/switch/decision';
import { handOver } from './relay/switch/hand-over';
import { NobodyElse } from './relay/switch/nobody-else';
import type { RunningRelay } from './relay/switch/running-relay';
import { between, remember } from './replicate';
import { sleep } from './replication/clock';
import { Replication } from './replication/replication';
import { Comparison } from './verification/comparison';
import { keepVerifying } from './verify';

/** While a switch is near, what changes is compared this soon after. */
const REST_MS = 50;
/** For the pause to become short enough. */
const WAITS_MS = 5000;
const LOOKS_EVERY_MS = 50;

/** Moves all clients of the relay to the other side, in one pause; or leaves all where they are. */
export const handover: Verb<RedisContext, 'redis.handover'> = (context, args, report) =>
  context.relays.inTurn(() =>
    context.replications.inTurn(async () => {
      const running = runningOn(context, args);
      const copy = copyOf(context, args);
      const { restMs } = copy.unverified;
      copy.unverified.restMs = REST_MS;
      try {
        await untilShort(running, copy, args, report);
        return await switched(context, running, copy, args, report);
      } catch (error) {
        throw explainRedis(error, between(context, args));
      } finally {
        copy.unverified.restMs = restMs;
      }
    }),
  );

async function switched(
  context: RedisContext,
  running: RunningRelay,
  copy: Replication,
  args: RelayHandoverArgs,
  report: Report,
) {
  const { from, to, maxPauseMs } = args;
  const { endpoints, replications, relays } = context;
  const { relay } = running;
  const closers: (() => void)[] = [];
  const opened = <T extends { close(): void }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };
  const copyBack = new Replication(context, {
    ...{ from: to, to: from, targetIsOurs: true, overlap: false },
    initial: 'none',
  });
  try {
    const decision = opened(await Decision.open(context, running));
    const nobodyElse = opened(await NobodyElse.open(context, from, relay));
    const comparison = opened(await Comparison.open(endpoints[from], endpoints[to]));
    await copyBack.open();
    const onDecided = (epoch: number) => {
      relays.running = { ...running, serving: to, epoch };
    };
    return await handOver(
      { from, to, relay, decision, nobodyElse, copy, copyBack, comparison, maxPauseMs, onDecided },
      report,
    );
  } finally {
    for (const close of closers) close();
    // Also where something failed after the decision: there is only forward.
    if (relays.running?.serving === to) {
      await replications.replace(copyBack);
      await remember(context, { from: to, to: from, overlap: false });
      keepVerifying(context, { from: to, to: from }, copyBack);
    } else await copyBack.stop();
  }
}

function runningOn({ relays }: RedisContext, { from }: RelayHandoverArgs): RunningRelay {
  const { running } = relays;
  if (running === undefined) throw refused('no relay runs in this service: begin with redis.interpose');
  if (running.serving !== from) throw refused(`clients of the relay are on ${running.serving} already`);
  return running;
}

function copyOf({ replications }: RedisContext, { from, to }: RelayHandoverArgs): Replication {
  const copy = replications.find({ from, to });
  if (copy === undefined) throw refused(`${from} is not copied to ${to}: begin with redis.replicate`);
  if (copy.targetWrites !== undefined)
    throw refused('the copy is one for clients on both sides: begin it without overlap');
  return copy;
}

/** Nobody waits yet. Rejects where clients would have to wait longer than they may. */
async function untilShort(
  { relay }: RunningRelay,
  copy: Replication,
  { from, maxPauseMs, closesOthers }: RelayHandoverArgs,
  { signal, progress }: Report,
): Promise<void> {
  const notCarried = Object.entries(relay.status().cannotBeCarried);
  if (notCarried.length > 0 && !closesOthers) {
    const named = notCarried.map(([reason, clients]) => `${clients} by ${reason}`).join(', ');
    throw refused(`it would close clients (${named}): end those, or say --closes-others`);
  }
  bringTouched(copy, relay.touched());
  let why = '';
  for (let waitedMs = 0; waitedMs < WAITS_MS; waitedMs += LOOKS_EVERY_MS) {
    signal.throwIfAborted();
    why = notReady(copy, maxPauseMs);
    if (why === '') return;
    progress({ phase: 'waiting for a short pause', done: waitedMs, total: WAITS_MS });
    await sleep(LOOKS_EVERY_MS);
  }
  throw refused(`${why}. Clients are on ${from}, and were not held`);
}

function notReady(copy: Replication, maxPauseMs: number): string {
  const { state, method } = copy.status();
  if (method === 'passes') return 'the side that serves announces no changes, so a pause would take as long as a copy';
  if (state !== 'tailing') return `the copy is ${state}`;
  if (!copy.unverified.known) return 'the two sides were not compared: begin with redis.verify, mode full';
  const expectedMs = Math.ceil(copy.msToSwitch());
  return expectedMs > maxPauseMs ? `clients would wait ${expectedMs} ms, and ${maxPauseMs} are allowed` : '';
}

function refused(why: string): AgentError {
  return new AgentError('Agent.NotHandedOver', `Nothing was begun: ${why}.`);
}
