import type { RelayHandoverResult } from '../../../../contract/cache';
import type { Direction } from '../../../../contract/common';
import { AgentError } from '../../../errors';
import type { Report } from '../../../verb';
import { monotonicNow } from '../../replication/clock';
import type { Replication } from '../../replication/replication';
import type { Comparison } from '../../verification/comparison';
import { compareChanged } from '../../verify';
import type { Held, Released } from '../outcomes';
import { within } from '../within';
import { bringTouched } from './bring-touched';
import type { Decision } from './decision';
import type { NobodyElse } from './nobody-else';
import type { SwitchedRelay } from './switched-relay';

/** What a switch works with: all of it connected before clients are held. */
export interface HandoverParts extends Direction {
  readonly relay: SwitchedRelay;
  readonly decision: Decision;
  readonly nobodyElse: NobodyElse;
  /** From the side that serves to the other. */
  readonly copy: Replication;
  /** The other way: it hears of changes, and nothing of it has begun. */
  readonly copyBack: Replication;
  readonly comparison: Comparison;
  readonly maxPauseMs: number;
  /** Clients are on `to` from here on, whatever comes. */
  readonly onDecided: (epoch: number) => void;
}

/** Of the pause, for going back in time. */
const SHARE_BEFORE_DECISION = 0.8;

/** The switch: docs/relay.md has its rules. Rejects with clients on the old side, and the reason. */
export async function handOver(parts: HandoverParts, report: Report): Promise<RelayHandoverResult> {
  const { relay } = parts;
  try {
    await announced(parts, report.signal);
    return await switched(parts, report);
  } finally {
    relay.cool();
  }
}

async function switched(parts: HandoverParts, report: Report): Promise<RelayHandoverResult> {
  const { relay, decision, copyBack, from, to } = parts;
  const began = monotonicNow();
  const limit = AbortSignal.any([
    report.signal,
    AbortSignal.timeout(Math.ceil(parts.maxPauseMs * SHARE_BEFORE_DECISION)),
  ]);
  let held: Held;
  try {
    held = await madeReady(parts, { ...report, signal: limit });
  } catch (error) {
    await undone(parts);
    throw notHandedOver(error, parts, limit.aborted && !report.signal.aborted);
  }
  if (!(await decision.decide())) {
    await undone(parts);
    throw notHandedOver(new Error(`the marker on ${to} was not the one of this attempt`), parts, false);
  }
  parts.onDecided(decision.epoch);
  copyBack.learnStreams(parts.copy);
  copyBack.begin();
  const released = await relay.release(to);
  const pauseMs = Math.round(monotonicNow() - began);
  await decision.confirm();
  const strays = await parts.nobodyElse.strays();
  return {
    from,
    to,
    epoch: decision.epoch,
    pauseMs,
    ...counted(held, released),
    ...(strays !== undefined && { strays }),
  };
}

async function announced(parts: HandoverParts, signal: AbortSignal): Promise<void> {
  try {
    await parts.nobodyElse.lookBefore();
    await parts.relay.warm(parts.to, signal);
    await parts.decision.announce(signal);
  } catch (error) {
    await parts.decision.giveUp();
    throw notHandedOver(error, parts, false);
  }
}

/** Rules 3 to 7, in this order, and no server that hangs makes it longer. Nothing of it changes what clients see, should it fail. */
async function madeReady(parts: HandoverParts, report: Report): Promise<Held> {
  const { relay, nobodyElse, copy, copyBack, comparison, to } = parts;
  const { signal } = report;
  const held = await relay.hold(signal);
  await within(signal, nobodyElse.begin());
  bringTouched(copy, relay.touched());
  if (!copy.unverified.known) throw new Error('all keys may have changed (FLUSHALL, SWAPDB, a lost connection)');
  await copy.catchUp(signal, 0);
  if (!copy.unverified.known) throw new Error('changes were missed while clients were held');
  const { mismatches } = await within(signal, compareChanged(comparison, copy, report));
  if (mismatches > 0) throw new Error(`${mismatches} keys differ on the two sides`);
  await within(signal, copy.halt());
  await within(signal, copyBack.hearFromNow());
  await relay.prepare(to, signal);
  await within(signal, nobodyElse.isStillSo());
  return held;
}

/** Rule 12. Clients first: no decision was sent, or it is known to be none. */
async function undone({ relay, copy, copyBack, decision, from }: HandoverParts): Promise<void> {
  try {
    // A hold that was refused holds nobody.
    if (relay.status().heldSince !== undefined) await relay.release(from);
  } finally {
    copy.goOn();
    await copyBack.stop();
    await decision.giveUp();
  }
}

function notHandedOver(error: unknown, { from, maxPauseMs }: HandoverParts, tooLong: boolean): AgentError {
  const why = tooLong
    ? `it would have taken longer than ${maxPauseMs} ms`
    : error instanceof Error
      ? error.message
      : error;
  return new AgentError('Agent.NotHandedOver', `Clients are on ${from}, as before: ${why}.`.replace(/\.\.$/, '.'), {
    cause: error,
  });
}

function counted(held: Held, released: Released) {
  const closed = [...held.closed, ...released.closed];
  return {
    clients: released.clients,
    reissued: released.reissued,
    closed: closed.length,
    closedClients: closed.slice(0, MAX_NAMED).map(({ address, name = '', reason }) => ({ address, name, reason })),
  };
}

const MAX_NAMED = 50;
