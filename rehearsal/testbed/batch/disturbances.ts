import type { BatchExecutions } from './batch-executions';
import type { BatchSide } from './batch-hosts';
import type { BatchTestbed } from './batch-testbed';

const MINUTE = 60_000;

/** What may go wrong while jobs move, one at a time. */
export class Disturbances {
  constructor(
    private readonly testbed: BatchTestbed,
    private readonly executions: BatchExecutions,
    private readonly signal: AbortSignal,
  ) {}

  /** By the clocks of the hosts. */
  wait(minutes: number): Promise<void> {
    return this.testbed.clock.sleep(minutes * MINUTE, this.signal);
  }

  /** Somebody stops all that runs of one job: a Catch runs nowhere. @returns how many executions it was */
  async abortJob(job: string): Promise<number> {
    return this.stop((input) => input.job === job);
  }

  /** The power of a host goes, and comes back. */
  async powerCycle(side: BatchSide, minutes: number): Promise<void> {
    const { hosts, account } = this.testbed;
    await hosts.kill(side, account.ssm.instances);
    await this.wait(minutes);
    await hosts.boot(side, account.ssm.instances);
  }

  /** Puts the clock of a host forward, or back. */
  stepClock(side: BatchSide, seconds: number): void {
    this.testbed.clock.step(side, seconds);
  }

  private async stop(is: (input: { readonly job?: string }) => boolean): Promise<number> {
    const running = this.executions
      .views()
      .filter(({ status, input }) => status === 'RUNNING' && is(JSON.parse(input) as { job?: string }));
    for (const { executionArn } of running) {
      await this.executions.machines.stop(executionArn, 'Rehearsal', 'Somebody has stopped it');
    }
    return running.length;
  }
}
