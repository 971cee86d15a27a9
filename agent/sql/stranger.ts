import type { Socket } from 'node:net';

/** Greeting, certificates, parameters and the first answer have some kilobytes. */
const MAX_BYTES = 2 ** 20;
const LOOK_EVERY_MS = 20;

/**
 * A server that has not let the agent in yet, and may be any: hung up on once it sends more than a server has to say until
 * then. The clients would take whatever comes, and keep it.
 */
export class Stranger {
  private socket?: Socket;
  private watching?: NodeJS.Timeout;

  watch(socket: Socket): void {
    this.socket = socket;
    this.watching = setInterval(() => {
      if (socket.bytesRead <= MAX_BYTES) return;
      this.isKnown();
      socket.destroy(new Error('did not answer as a database does: it sent more than 1 MiB and let nobody in'));
    }, LOOK_EVERY_MS);
  }

  hangUp(): void {
    this.socket?.destroy();
  }

  /** It has let the agent in, or has been given up. */
  isKnown(): void {
    clearInterval(this.watching);
  }
}
