import type { Socket } from 'node:net';

/** Writes the same for as long as it is taken. */
export function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    // A turn of the event loop each: the client may be in this process too.
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(more));
  };
  more();
}
