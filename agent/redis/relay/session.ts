import type { Socket } from 'node:net';
import type { Side } from '../../../contract/common';
import { type CommandHost, CommandPath } from './command-path';
import type { BlockingCommand } from './commands/blocking';
import type { CommandTable } from './commands/kinds';
import type { Shared } from './commands/rule';
import { peerOf } from './listener';
import { type Expectation, InFlight } from './protocol/in-flight';
import type { ReplyScanner } from './protocol/reply-scanner';
import { reasonOf } from './reason';
import { ReplyPath } from './reply-path';
import { ConnectionState } from './state/connection-state';
import type { Transaction } from './state/transaction';
import { closed, keepOpen } from './upstream';

export interface SessionHost {
  readonly shared: Shared;
  readonly table: CommandTable;
  readonly wholeCommandBytes: number;
  readonly unreadBytes: number;
  /** Opens a connection to the side that serves; undefined where it was not wanted any more when its turn came. */
  connect(wanted: () => boolean): Promise<Socket | undefined>;
  ended(session: Session, reason: string | undefined): void;
}

/** One client and its one connection to a server, which is replaced in a switch and never else. */
export class Session implements CommandHost {
  readonly state = new ConnectionState();
  readonly address: string;
  sending: Transaction | undefined;
  replying: Transaction | undefined;
  blocked: BlockingCommand | undefined;
  unblocking = false;
  id: number | undefined;
  idAsked = false;
  /** The id that its last connection had. */
  formerId: number | undefined;
  /** Whether it has ever been connected to a server. */
  used = false;
  /** Why a switch closes this client. Undefined: it is carried. */
  unseen: string | undefined;
  ended = false;
  /** Whether the client has ended the connection before it said anything. */
  leftUnsaid = false;
  /** Called whenever a reply has come or the connection has ended. */
  onProgress: () => void = () => undefined;
  private upstream: Socket | undefined;
  private readonly inFlight = new InFlight();
  private readonly commands: CommandPath;
  private readonly replies: ReplyPath;
  private held = false;
  private halfClosing = false;
  private clientFinished = false;
  private spoken = false;

  constructor(
    private readonly client: Socket,
    private readonly host: SessionHost,
    public side: Side,
  ) {
    this.address = peerOf(client);
    this.commands = new CommandPath(this, this.inFlight, host.table, host.wholeCommandBytes);
    this.replies = new ReplyPath(this, this.inFlight, this.toClient, this.answered);
    keepOpen(client);
    client.on('data', (bytes: Buffer) => this.receive(bytes));
    client.on('end', () => this.finish());
    client.on('error', this.clientGone);
    client.on('close', this.clientGone);
    client.on('drain', this.regulate);
  }

  get shared(): Shared {
    return this.host.shared;
  }

  get drained(): boolean {
    return this.inFlight.empty;
  }

  get mayForward(): boolean {
    return this.upstream !== undefined && (!this.held || this.commands.midway);
  }

  get connected(): boolean {
    return this.upstream !== undefined;
  }

  /** `address:port` of its end of the connection to the server. */
  get upstreamAddress(): string | undefined {
    const { localAddress, localPort } = this.upstream ?? {};
    return localAddress === undefined ? undefined : `${localAddress}:${localPort}`;
  }

  /** Whether a command has been forwarded in part, and the client has not sent the rest. */
  get midway(): boolean {
    return this.commands.midway;
  }

  /** Whether every reply has come, except the one to a command that the server keeps waiting. */
  get quiet(): boolean {
    if (this.upstream === undefined) return true;
    if (this.commands.midway || !this.replies.idle) return false;
    return this.inFlight.empty || (this.blocked !== undefined && this.inFlight.single);
  }

  /** Whether no reply is under way to the client. */
  get betweenReplies(): boolean {
    return this.replies.idle;
  }

  /** Whether it is between two commands, and nothing of it waits or is open. */
  get idle(): boolean {
    return this.quiet && this.blocked === undefined && this.sending === undefined && this.commands.buffered === 0;
  }

  /** Connects to the serving side. A client whose server cannot be reached is closed, as by a server that is gone. */
  async connect(): Promise<void> {
    const wanted = () => !this.ended && !this.held && !this.connected;
    try {
      const socket = await this.host.connect(wanted);
      if (socket === undefined) return;
      if (wanted()) this.attach(socket);
      else socket.destroy();
    } catch (error) {
      if (!this.held) this.close(reasonOf(error));
    }
  }

  /** Takes a connection to the server, and goes on by it. */
  attach(socket: Socket, scanner?: ReplyScanner): void {
    this.upstream = socket;
    this.used = true;
    if (scanner !== undefined) this.replies.follow(scanner);
    socket.on('data', this.receiveReply);
    socket.on('drain', this.regulate);
    socket.on('end', this.serverEnded);
    socket.on('error', this.serverEnded);
    socket.on('close', this.serverEnded);
    socket.resume();
    this.advance();
  }

  /** From now on nothing new is forwarded. What has been executed is read, also for a client that does not read now. */
  hold(): void {
    this.held = true;
    this.upstream?.resume();
  }

  /** Goes on by the connection that it has. */
  release(): void {
    this.held = false;
    if (!this.drained) this.unblocking = false;
    this.advance();
  }

  /** Sends a command of the relay's own. */
  ask(command: Buffer, expectation: Expectation): void {
    this.inFlight.expect(expectation);
    this.upstream?.write(command);
  }

  /** Sends the command again that the client waits in. */
  block(command: Buffer, expectation: Expectation): void {
    this.unblocking = false;
    this.commands.wait();
    this.ask(command, expectation);
  }

  /** Ends what is sent to the server, and reads what still comes: an answer, or the end. */
  halfClose(): Promise<void> {
    const { upstream } = this;
    if (upstream === undefined) return Promise.resolve();
    this.halfClosing = true;
    upstream.end();
    return closed(upstream);
  }

  /** Lets go of the connection to the server; resolves once it is closed. */
  detach(): Promise<void> {
    const { upstream } = this;
    if (upstream === undefined) return Promise.resolve();
    this.forget(upstream);
    upstream.destroy();
    return closed(upstream);
  }

  toServer(pieces: readonly Buffer[]): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    if (pieces.length > 1) upstream.cork();
    for (const piece of pieces) upstream.write(piece);
    if (pieces.length > 1) upstream.uncork();
  }

  goUnseen(reason: string): void {
    this.unseen = reason;
  }

  close(reason?: string): void {
    if (this.ended) return;
    this.ended = true;
    this.inFlight.abandon();
    this.upstream?.destroy();
    this.client.destroySoon();
    this.host.ended(this, reason);
    this.onProgress();
  }

  private receive(bytes: Buffer): void {
    this.spoken = true;
    if (this.unseen !== undefined) this.upstream?.write(bytes);
    else this.commands.receive(bytes);
    this.regulate();
  }

  private advance(): void {
    this.commands.advance();
    if (this.clientFinished) this.finish();
    this.regulate();
  }

  private readonly answered = () => {
    if (this.inFlight.empty) {
      this.commands.answered();
      if (this.clientFinished) this.finish();
    }
    this.onProgress();
  };

  private readonly receiveReply = (bytes: Buffer) => {
    try {
      if (this.unseen !== undefined && this.inFlight.empty) this.toClient(bytes);
      else this.replies.receive(bytes);
    } catch (error) {
      this.close(reasonOf(error));
    }
  };

  /** As a reply, or unasked. */
  readonly toClient = (bytes: Buffer) => {
    if (this.client.destroyed || this.client.write(bytes)) return;
    if (!this.held) this.upstream?.pause();
    else if (this.client.writableLength > this.host.unreadBytes) {
      this.client.destroy();
      this.close('does not read its replies');
    }
  };

  /** The client has sent its last byte. Redis answers what it has read, and drops a client that waits in a command. */
  private finish(): void {
    this.clientFinished = true;
    this.leftUnsaid = !this.spoken;
    const idle = this.inFlight.empty && this.commands.buffered === 0;
    if (this.blocked !== undefined || (this.held && idle)) this.close();
    else if (this.mayForward && !this.held && !this.commands.waits) this.upstream?.end();
  }

  private readonly clientGone = () => {
    this.leftUnsaid = !this.spoken;
    this.close();
  };

  private readonly serverEnded = () => {
    const { upstream } = this;
    if (upstream === undefined || this.ended) return;
    if (!this.halfClosing || !this.held) {
      this.close();
      return;
    }
    this.forget(upstream);
    upstream.destroy();
    this.onProgress();
  };

  private forget(upstream: Socket): void {
    this.upstream = undefined;
    this.halfClosing = false;
    this.formerId = this.id;
    this.id = undefined;
    this.idAsked = false;
    this.inFlight.abandon();
    upstream.on('error', () => undefined);
    upstream.off('data', this.receiveReply);
    upstream.off('drain', this.regulate);
    for (const event of ['end', 'error', 'close']) upstream.off(event, this.serverEnded);
  }

  /** Neither side is read from faster than the other one takes it. */
  private readonly regulate = () => {
    if (this.ended) return;
    const { upstream } = this;
    const full = this.mayForward
      ? upstream?.writableNeedDrain === true
      : this.commands.buffered >= this.host.wholeCommandBytes;
    if (full) this.client.pause();
    else this.client.resume();
    if (this.held || !this.client.writableNeedDrain) upstream?.resume();
  };
}
