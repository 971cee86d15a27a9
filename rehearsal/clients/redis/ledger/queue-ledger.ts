import { figure } from '../../figure';
import type { QueueMove } from '../cache-protocol';
import type { LostWrite } from './lost-write';

interface Push {
  readonly queue: string;
  readonly sentMs: number;
  readonly ackedMs?: number;
  readonly side: string;
}
interface Pop {
  readonly queue: string;
  readonly ackedMs: number;
  readonly side: string;
}
interface UnansweredPop {
  readonly failedMs: number;
  readonly side: string;
}

/** Every job that was put on a queue must come off it once. */
export class QueueLedger {
  private readonly pushes = new Map<string, Push>();
  private readonly pops = new Map<string, Pop[]>();
  private readonly unanswered: UnansweredPop[] = [];
  /** A queue is one key: whatever is done to it is done to all of it. */
  private readonly moves = new Map<string, { side: string; atMs: number }[]>();

  add({ type, queue, job, sentMs, ackedMs, failedMs }: QueueMove, side: string): void {
    if (ackedMs !== undefined) this.movesOf(queue).push({ side, atMs: ackedMs });
    if (type === 'push') {
      if (job !== undefined) this.pushes.set(job, { queue, sentMs, side, ...(ackedMs !== undefined && { ackedMs }) });
      return;
    }
    if (job === undefined || ackedMs === undefined) {
      this.interrupted(failedMs ?? sentMs, side);
      return;
    }
    const pops = this.pops.get(job) ?? [];
    this.pops.set(job, [...pops, { queue, ackedMs, side }]);
  }

  /** A consumer that may have taken one job off with nobody told. */
  interrupted(failedMs: number, side: string): void {
    this.unanswered.push({ failedMs, side });
  }

  queues(): readonly string[] {
    return [...new Set([...this.pushes.values()].map(({ queue }) => queue))];
  }

  /** @param waiting - what stands in the queues of the serving side */
  judge(waiting: ReadonlyMap<string, number>) {
    const losses: LostWrite[] = [];
    const missing: [string, Push & { readonly ackedMs: number }][] = [];
    let twice = 0;
    let taken = 0;
    for (const job of new Set([...this.pushes.keys(), ...this.pops.keys(), ...waiting.keys()])) {
      const pops = [...(this.pops.get(job) ?? [])].sort((a, b) => a.ackedMs - b.ackedMs);
      const still = waiting.get(job) ?? 0;
      taken += pops.length;
      const push = this.pushes.get(job);
      if (push?.ackedMs !== undefined && pops.length + still === 0) {
        missing.push([job, { ...push, ackedMs: push.ackedMs }]);
      }
      const first = pops[0];
      if (first && pops.length + still > 1) {
        twice++;
        losses.push(this.loss(job, first, 'was done and is there again'));
      }
    }
    const unexplained = this.unexplained(missing);
    losses.push(...unexplained.map(([job, push]) => this.loss(job, push, 'is neither done nor waiting')));
    const inQueues = [...waiting.values()].reduce((sum, count) => sum + count, 0);
    const figures = [
      figure('jobsPushed', 'Jobs pushed', this.pushes.size),
      figure('jobsTaken', 'Jobs taken', taken),
      figure('jobsWaiting', 'Jobs still waiting', inQueues),
      // Handed out twice, or still there although done: each would run again.
      figure('jobsDoneTwice', 'Jobs done twice', twice, { damage: true }),
      // Acknowledged and neither done nor waiting.
      figure('jobsLost', 'Jobs lost', unexplained.length, { damage: true }),
      // Neither done nor waiting, with a pop that was never answered to account for it.
      figure('jobsUnanswered', 'Jobs taken, unanswered', missing.length - unexplained.length),
    ];
    return { figures, losses };
  }

  /** Each unanswered pop explains one job at most: one that was there, on the side that was asked. */
  private unexplained<P extends Push>(missing: readonly [string, P][]): [string, P][] {
    const pops = [...this.unanswered].sort((a, b) => a.failedMs - b.failedMs);
    return [...missing]
      .sort(([, a], [, b]) => a.sentMs - b.sentMs)
      .filter(([, push]) => {
        const explains = pops.findIndex(({ failedMs, side }) => side === push.side && failedMs > push.sentMs);
        if (explains >= 0) pops.splice(explains, 1);
        return explains < 0;
      });
  }

  private loss(job: string, { queue, side, ackedMs }: Pop, what: string): LostWrite {
    return { kind: 'queue', key: `${queue} ${job}`, side, ackedMs, what, rivals: this.movesOf(queue) };
  }

  private movesOf(queue: string): { side: string; atMs: number }[] {
    const moves = this.moves.get(queue) ?? [];
    this.moves.set(queue, moves);
    return moves;
  }
}
