import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';

const MEGABYTE = 2 ** 20;
/** Greeting, certificates, parameters and the first answer have some kilobytes. */
const MAX_BEFORE_SIGN_IN = MEGABYTE;
/**
 * One answer, one row where rows are taken one by one, or one event of a binary log: four times what MySQL takes by default
 * (`max_allowed_packet`).
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_allowed_packet
 */
export const MAX_ANSWER = 256 * MEGABYTE;
/** Many small values take more of the heap than they have bytes: only an answer of this size is asked what it fills. */
const WORTH_WEIGHING = 4 * MEGABYTE;
/** V8's limit has that of young objects in it, and what is near the old ones' is collected over and over before it ends. */
const MAX_HEAP_SHARE = 0.5;
const LOOK_EVERY_MS = 20;

/**
 * Hangs up on a server that sends more than one answer can have. It may be any server: the libraries would take whatever
 * comes for as long as it comes, and keep it.
 */
export class AnswerLimit {
  private socket?: Socket;
  private limit = MAX_BEFORE_SIGN_IN;
  private from = 0;

  /** @param most bytes of one answer, once the agent is signed in */
  constructor(private readonly most: number = MAX_ANSWER) {}

  watch(socket: Socket): void {
    this.socket = socket;
    const looking = setInterval(() => this.look(socket), LOOK_EVERY_MS).unref();
    socket.once('close', () => clearInterval(looking));
  }

  hangUp(): void {
    this.socket?.destroy();
  }

  /** The server has let the agent in, and has come to an end of an answer, a row or an event. */
  begin(): void {
    this.limit = this.most;
    this.from = this.socket?.bytesRead ?? 0;
  }

  private look(socket: Socket): void {
    const bytes = socket.bytesRead - this.from;
    if (bytes > this.limit) {
      const of = this.limit === MAX_BEFORE_SIGN_IN ? 'and let nobody in' : 'in one answer';
      socket.destroy(new Error(`sent more than ${this.limit / MEGABYTE} MiB ${of}`));
    } else if (bytes > WORTH_WEIGHING && isHeapFull()) {
      socket.destroy(
        new Error(`sent more than memory holds in one answer: ${Math.floor(bytes / MEGABYTE)} MiB so far`),
      );
    }
  }
}

function isHeapFull(): boolean {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size > heap_size_limit * MAX_HEAP_SHARE;
}
