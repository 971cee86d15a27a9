import { AgentError } from '../../../errors';
import { address, type ResolvedEndpoint } from '../../endpoint';
import type { Info } from '../../info';

/** Fails where the source is a replica: what its primary is told may never reach it, and nothing here would show that. */
export function requirePrimarySource(info: Info, endpoint: ResolvedEndpoint): void {
  if (info.text('role') !== 'slave') return;
  const link = info.text('master_link_status') === 'up' ? 'follows another' : 'cannot reach its primary';
  throw new AgentError(
    'Agent.SourceDemoted',
    `${address(endpoint)} is a replica and ${link}: a failover has made another node the primary, so point the configuration at the primary endpoint, or wait until its name leads there.`,
  );
}

export function requireWritableTarget(info: Info, endpoint: ResolvedEndpoint): void {
  if (info.text('role') !== 'slave') return;
  throw new AgentError(
    'Agent.TargetReadOnly',
    `${address(endpoint)} is a read-only replica: point the configuration at the primary endpoint.`,
  );
}

/** How often what a target has evicted is brought over again, before it is plain that it will not stay. */
const MAX_ROUNDS = 3;

/** Whether the target drops keys by itself for want of memory: then it does not hold what was written to it. */
export class Evictions {
  private evicted: number;
  private rounds = 0;
  private countedAt: number | undefined;

  constructor(
    private readonly endpoint: ResolvedEndpoint,
    info: Info,
  ) {
    this.evicted = info.number('evicted_keys');
  }

  /**
   * Whether keys were evicted since the last look, and have to be brought over again.
   *
   * @param passes - how often everything has been brought over until now
   * @throws where it evicts again after several rounds
   */
  since(info: Info, passes: number): boolean {
    const evicted = info.number('evicted_keys');
    const more = evicted - this.evicted;
    this.evicted = evicted;
    if (more <= 0) return false;
    if (passes !== this.countedAt) this.rounds += 1;
    this.countedAt = passes;
    if (this.rounds <= MAX_ROUNDS) return true;
    throw new AgentError(
      'Agent.TargetEvicts',
      `${address(this.endpoint)} evicts keys that were copied to it (${evicted} by now, maxmemory-policy ${info.text('maxmemory_policy') ?? 'unknown'}): choose a node type with more memory, or raise maxmemory, and start again.`,
    );
  }
}
