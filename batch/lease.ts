import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export interface Lease {
  /** The instance that may run jobs. */
  readonly holder: string;
  /** Since when. */
  readonly since: Date;
}

/**
 * How long after a change of holder nobody starts anything. Whether Parameter Store shows a write at once is not documented:
 * the former holder may read for a while that it is still the one.
 *
 * @see docs/aws-facts.md#ssm-reads-lag
 */
const HANDOVER_MS = 2 * 60_000;

/** Rejects where Systems Manager does not answer: then it is not known who holds it. */
export async function readLease(name: string, region: string): Promise<Lease> {
  const client = new SSMClient({ region, maxAttempts: 5 });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return { holder: Parameter?.Value ?? '', since: Parameter?.LastModifiedDate ?? new Date() };
  } finally {
    client.destroy();
  }
}

/** Whether the instance may start a slot that was due then. */
export function allows({ holder, since }: Lease, instanceId: string, due: Date): boolean {
  return holder === instanceId && due.getTime() >= since.getTime() + HANDOVER_MS;
}

export interface Persistence {
  readonly limitMs: number;
  readonly pauseMs: number;
}

/** A call may fail for a moment, and the slot be missed for nothing. */
const LEASE_PERSISTENCE: Persistence = { limitMs: 5 * 60_000, pauseMs: 5_000 };

/** Repeats until it succeeds, or rejects with the last error when the limit is over. */
export async function persistently<T>(
  attempt: () => Promise<T>,
  { limitMs, pauseMs }: Persistence = LEASE_PERSISTENCE,
): Promise<T> {
  for (const begin = performance.now(); ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() - begin > limitMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
