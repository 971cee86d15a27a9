import { ASTERISK, MINUS } from '../protocol/bytes';

/** A client's connection to a server, which is replaced by others. */
export interface Identified {
  readonly id: number | undefined;
  readonly ended: boolean;
}

/** No server comes so far. */
const NOBODY = '9223372036854775807';

/** Ids of one server are smaller: at 100,000 connections a second they take a hundred days to come here. */
const PER_EPOCH = 2 ** 40;

/**
 * Ids of connections are each server's own: after a switch, CLIENT KILL ID and CLIENT UNBLOCK with one that was taken
 * before would hit a stranger. An id that clients get carries how often connections were replaced before it, and is
 * translated where it is a carried connection's.
 */
export class ClientIds {
  /** How often the connections have been replaced. */
  private epoch = 0;
  /** Which connection had which id before: the present id of each, or none once it has ended. */
  private readonly earlier = new Map<number, Identified>();

  /** Connections are replaced: from now on ids are those of the new ones, also where the side is the same. */
  next(before: Iterable<readonly [id: number, connection: Identified]>): void {
    for (const [id, { ended }] of this.earlier) if (ended) this.earlier.delete(id);
    for (const [id, connection] of before) this.earlier.set(this.forClient(id), connection);
    this.epoch += 1;
  }

  get translates(): boolean {
    return this.epoch > 0;
  }

  forClient(id: number): number {
    return this.epoch * PER_EPOCH + id;
  }

  /** The id as the serving side has it: nobody's, where no client there has it. */
  forServer(id: number): string {
    if (Math.floor(id / PER_EPOCH) === this.epoch) return String(id % PER_EPOCH);
    const connection = this.earlier.get(id);
    return connection?.id === undefined || connection.ended ? NOBODY : String(connection.id);
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
