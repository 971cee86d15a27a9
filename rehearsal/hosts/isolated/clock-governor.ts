import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { HostsClock } from './hosts-clock';

const LOOK_MS = 20;

/**
 * Slows the clock of the hosts where more wants to run than the machine has processors for: else a program that takes a
 * second of the machine's time takes minutes of the host's, and cron, guard and runner are late as they are on no host.
 */
export class ClockGovernor {
  private readonly timer: NodeJS.Timeout;
  private readonly most: number;

  constructor(private readonly clock: HostsClock) {
    this.most = clock.rate;
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.clock.setRate(this.most);
  }

  private look(): void {
    const free = availableParallelism() / Math.max(1, runnable());
    const rate = this.most * Math.min(1, free);
    if (Math.abs(rate - this.clock.rate) > this.clock.rate / 10) this.clock.setRate(rate);
  }
}

/** Tasks that run or could, this one left out. @see proc_loadavg(5), the fourth field */
function runnable(): number {
  const [, , , tasks = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  return Number.parseInt(tasks, 10) - 1;
}
