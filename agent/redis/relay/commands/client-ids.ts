import { ASTERISK, MINUS } from '../protocol/bytes';

/** Ids of one server are smaller: at 100,000 connections a second they take a hundred days to come here. */
const PER_EPOCH = 2 ** 40;

/**
 * Ids of connections are each server's own: after a switch, CLIENT KILL ID and CLIENT UNBLOCK with one that was taken
 * before would hit a stranger. An id that clients get carries the number of switches before it, and is translated where
 * it is a carried connection's.
 */
export class ClientIds {
  /** Switches so far. */
  private epoch = 0;
  /** Of every earlier switch, which connection had which id: the present one of each, or none once it has ended. */
  private readonly earlier = new Map<number, () => number | undefined>();

  /** From now on ids are those of the other side. */
  next(connections: Iterable<{ readonly before: number; readonly now: () => number | undefined }>): void {
    for (const { before, now } of connections) this.earlier.set(this.forClient(before), now);
    this.epoch += 1;
  }

  get translates(): boolean {
    return this.epoch > 0;
  }

  forClient(id: number): number {
    return this.epoch * PER_EPOCH + id;
  }

  /** The id as the serving side has it. Undefined: no client there has it. */
  forServer(id: number): number | undefined {
    return Math.floor(id / PER_EPOCH) === this.epoch ? id % PER_EPOCH : this.earlier.get(id)?.();
  }

  /** The answer to CLIENT ID, CLIENT LIST, CLIENT INFO or HELLO, with ids as clients know them. */
  answerForClient(reply: Buffer): Buffer | undefined {
    if (!this.translates || reply[0] === MINUS) return undefined;
    if (reply[0] === 58) return Buffer.from(`:${this.forClient(Number(reply.toString('latin1', 1)))}\r\n`);
    const text = reply.toString('latin1');
    if (reply[0] === ASTERISK || reply[0] === 37) {
      return latin1(text.replace(/(\$2\r\nid\r\n:)(\d+)/, (_all, before, id) => before + this.forClient(Number(id))));
    }
    const [, type = '', verbatim = '', lines = ''] = /^([$=])\d+\r\n(txt:)?(.*)\r\n$/s.exec(text) ?? [];
    if (type === '') return undefined;
    const body = lines.replace(/^id=(\d+)/gm, (_all, id) => `id=${this.forClient(Number(id))}`);
    return latin1(`${type}${verbatim.length + body.length}\r\n${verbatim}${body}\r\n`);
  }
}

/** The id in an answer to CLIENT ID or HELLO. */
export function idOf(reply: Buffer): number | undefined {
  const text = reply.toString('latin1', 0, 512);
  const [, id] = /^:(\d+)\r\n$/.exec(text) ?? /\$2\r\nid\r\n:(\d+)\r\n/.exec(text) ?? [];
  return id === undefined ? undefined : Number(id);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
