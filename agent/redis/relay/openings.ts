import type { Socket } from 'node:net';
import { AT_ONCE } from './each-of';

/**
 * Lets only so many connections be opened at once, the others after them: what a server's backlog has no room for is tried
 * again by the kernel after a second, then two, then four (`net.ipv4.tcp_syn_retries`), so that a thousand clients that
 * come at once wait for seconds.
 */
export class Openings {
  private opening = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly open: () => Promise<Socket>) {}

  /**
   * @param wanted asked once it is this one's turn
   * @returns undefined: it is not wanted any more
   */
  async next(wanted: () => boolean): Promise<Socket | undefined> {
    if (this.opening >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.opening += 1;
    try {
      return wanted() ? await this.open() : undefined;
    } finally {
      const first = this.waiting.shift();
      if (first === undefined) this.opening -= 1;
      else first();
    }
  }
}
