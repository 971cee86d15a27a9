import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The host part of the address that marks a network as taken. */
const MARK = 254;
const MARK_PORT = 65_000;
const ATTEMPTS = 20;

/**
 * A /24 of the loopback range for one rehearsal. Everyone in it has an address of their own, as in a VPC: endpoints
 * can all listen on 6379, and a server's `CLIENT LIST` and a security group can tell clients apart.
 */
export interface LoopbackNetwork {
  /** e.g. `127.83.201.0/24` */
  readonly cidr: string;
  /** @param host - 1–253 */
  address(host: number): string;
  release(): Promise<void>;
}

/**
 * Takes a network that no other process of this machine has taken this way.
 *
 * @throws where the machine answers on 127.0.0.1 only (macOS does, until `ifconfig lo0 alias` adds addresses).
 */
export async function claimLoopbackNetwork(): Promise<LoopbackNetwork> {
  for (let attempt = 1; ; attempt++) {
    // 127.0.0.x is where everything else on the machine listens.
    const prefix = `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
    const mark = createServer();
    try {
      // One port for all: two processes that draw the same network collide on it.
      mark.listen({ host: `${prefix}.${MARK}`, port: MARK_PORT });
      await once(mark, 'listening');
      mark.unref();
      return {
        cidr: `${prefix}.0/24`,
        address: (host) => {
          if (!Number.isInteger(host) || host < 1 || host >= MARK) {
            throw new Error(`Host ${host} of ${prefix}.0/24: expected a whole number from 1 to ${MARK - 1}.`);
          }
          return `${prefix}.${host}`;
        },
        release: () => new Promise((resolve) => mark.close(() => resolve())),
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL') {
        throw new Error(
          `This machine has no loopback address ${prefix}.${MARK}. The rehearsal gives every client and endpoint an address of its own in 127.0.0.0/8, which Linux answers on as it is.`,
        );
      }
      if (code !== 'EADDRINUSE') throw error;
      if (attempt === ATTEMPTS) {
        throw new Error(`No network of 127.0.0.0/8 is free: something listens on port ${MARK_PORT} of every address.`);
      }
    }
  }
}
