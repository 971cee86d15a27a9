import type { Connection } from 'mysql2/promise';
import type { BinlogPosition } from '../../../contract/database';

const COM_BINLOG_DUMP = 0x12;
const HEADER_BYTES = 4;

/** A packet as mysql2 hands it to the command that is running. Its bytes are reused for the next one. */
interface IncomingPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
  isError(): boolean;
  asError(encoding: string): Error;
}

/** The part of mysql2's connection that a command works with; the library has it, its types do not. */
interface CommandConnection {
  addCommand(command: DumpCommand): void;
  writePacket(packet: OutgoingPacket): void;
  _resetSequenceId(): void;
}

export interface DumpProps {
  readonly from: BinlogPosition;
  /** As the server tells its replicas apart. A number that a real replica has would cut that one off. */
  readonly serverId: number;
  /** Takes one event, header included. The bytes are valid until it returns. */
  onEvent(event: Buffer): void;
  /** Called once: the server ended the stream, or the connection broke. */
  onEnd(error: Error): void;
}

/** Has the server send its binary log from a position on, for as long as the connection lives. */
export function startDump(connection: Connection, props: DumpProps): void {
  const core: unknown = Reflect.get(connection, 'connection');
  if (!isCommandConnection(core)) {
    throw new Error('mysql2 no longer takes commands of its users (addCommand): pin its version.');
  }
  core.addCommand(new DumpCommand(props));
}

function isCommandConnection(core: unknown): core is CommandConnection {
  return typeof core === 'object' && core !== null && 'addCommand' in core && 'writePacket' in core;
}

class DumpCommand {
  private asked = false;

  constructor(private readonly props: DumpProps) {}

  /** Tells whether the command is done. */
  execute(packet: IncomingPacket | undefined, connection: CommandConnection): boolean {
    if (!this.asked) {
      this.asked = true;
      connection._resetSequenceId();
      connection.writePacket(new OutgoingPacket(request(this.props)));
      return false;
    }
    if (packet === undefined) return false;
    if (packet.isError()) return this.end(packet.asError('utf8'));
    if (packet.isEOF()) return this.end(new Error('the server ended the binary log stream'));
    try {
      // The first byte only says that the packet is an event.
      this.props.onEvent(packet.buffer.subarray(packet.offset + 1, packet.end));
      return false;
    } catch (error) {
      return this.end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The name under which mysql2 tells a command that the connection broke. */
  onResult(error: Error): void {
    this.end(error);
  }

  private end(error: Error): true {
    this.props.onEnd(error);
    return true;
  }
}

class OutgoingPacket {
  constructor(readonly buffer: Buffer) {}

  length(): number {
    return this.buffer.length;
  }

  writeHeader(sequenceId: number): void {
    this.buffer.writeUIntLE(this.buffer.length - HEADER_BYTES, 0, 3);
    this.buffer.writeUInt8(sequenceId, 3);
  }
}

function request({ from, serverId }: DumpProps): Buffer {
  const body = Buffer.alloc(HEADER_BYTES + 11);
  body.writeUInt8(COM_BINLOG_DUMP, 4);
  body.writeUInt32LE(from.position, 5);
  body.writeUInt16LE(0, 9);
  body.writeUInt32LE(serverId, 11);
  return Buffer.concat([body, Buffer.from(from.file, 'utf8')]);
}
