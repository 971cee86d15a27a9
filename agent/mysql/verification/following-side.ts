import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../../errors';
import type { Chain } from '../chain';
import type { Replica } from '../replicas';

const POLL_MS = 50;
const MAX_MS = 60_000;

interface BothSides {
  chain(): Promise<Chain>;
}

/**
 * Waits until what `from` holds now is on `to`, and tells whether that is certain: it is not where `to` does not
 * replicate from `from`, by way of the converting replica where there is one, or takes too long.
 */
export async function untilApplied(sides: BothSides, signal: AbortSignal): Promise<boolean> {
  const chain = await sides.chain();
  const mark = await chain.mark();
  const deadline = performance.now() + MAX_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const replicas = await replicasOn(chain);
    if (replicas.length === 0 || replicas.some(({ status }) => !status.applying)) return false;
    if (await mark.hasArrived(replicas)) return true;
    await sleep(POLL_MS, undefined, { signal });
  }
  return false;
}

/** None where one does not follow the one before it. */
async function replicasOn(chain: Chain): Promise<readonly Replica[]> {
  try {
    return await chain.replicas();
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.NotCaughtUp') return [];
    throw error;
  }
}
