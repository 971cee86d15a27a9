import type { Socket } from 'node:net';
import type { Side } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { ResolvedEndpoint } from '../endpoint';
import { silentCommandsOf } from '../silent-commands/silent-commands';
import { compareVersions, numbers } from '../version';
import { ClientIds } from './commands/client-ids';
import { CommandTable } from './commands/kinds';
import type { Shared } from './commands/rule';
import { Controls } from './controls';
import { dismiss } from './dismissing';
import { eachOf } from './each-of';
import { quiet } from './holding';
import { Listener } from './listener';
import { Openings } from './openings';
import type { RelayOptions } from './options';
import type { Held, NamedClient, Prepared, RelayStatus, Released, Touched } from './outcomes';
import { loadScripts, standbys } from './preparing';
import { reasonOf } from './reason';
import { reissue, takeOver } from './releasing';
import { Session, type SessionHost } from './session';
import { type Standby, standby } from './standby';
import { Scripts } from './state/scripts';
import { TouchedKeys } from './state/touched-keys';
import { openUpstream } from './upstream';
import { WarmStandbys } from './warm-standbys';
import { within } from './within';

export type { RelayOptions } from './options';

/** As Redis says it. */
const FULL = '-ERR max number of clients reached\r\n';

/** The undo has as long: who cannot be connected to the side that served by then is closed. */
const RESTORE_MS = 30_000;

/** Stands between clients and the two sides, and moves every connection from one side to the other between two commands. */
export class Relay {
  private readonly sessions = new Set<Session>();
  private readonly controls: Controls;
  private readonly shared: Shared;
  private readonly sessionHost: SessionHost;
  private serving: Side;
  private heldSince: number | undefined;
  /** Clients closed since the hold, until somebody is told. */
  private readonly lost: NamedClient[] = [];
  private warmed: WarmStandbys | undefined;
  private listener: Listener | undefined;
  private prepared: { readonly side: Side; readonly standbys: Map<Session, Standby> } | undefined;

  private constructor(private readonly options: RelayOptions) {
    this.serving = options.serving;
    this.controls = new Controls(options.sides);
    this.shared = {
      scripts: new Scripts(),
      touched: new TouchedKeys(),
      ids: new ClientIds(),
      transactionBytes: options.transactionBytes ?? 2 ** 20,
      hello: Object.values(options.sides).every((side) => isSince(side, 6)),
    };
    const openings = new Openings(() => openUpstream(options.sides[this.serving]));
    this.sessionHost = {
      shared: this.shared,
      table: new CommandTable(silentOn(options)),
      wholeCommandBytes: options.wholeCommandBytes ?? 64 * 2 ** 10,
      unreadBytes: options.unreadBytes ?? 16 * 2 ** 20,
      connect: (wanted) => openings.next(wanted),
      ended: (session, reason) => this.forget(session, reason),
    };
  }

  /** Resolves once it listens. */
  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    relay.listener = await Listener.open(options, (client) => relay.accept(client));
    return relay;
  }

  get port(): number {
    return this.listener?.port ?? 0;
  }

  status(): RelayStatus {
    const sessions = [...this.sessions];
    const count = (holds: (session: Session) => boolean) => sessions.filter(holds).length;
    const cannotBeCarried: Record<string, number> = {};
    for (const { unseen } of sessions) {
      if (unseen !== undefined) cannotBeCarried[unseen] = (cannotBeCarried[unseen] ?? 0) + 1;
    }
    return {
      serving: this.serving,
      clients: sessions.length,
      blocked: count(({ blocked }) => blocked !== undefined),
      subscribed: count(({ state }) => state.subscribed),
      inTransaction: count(({ sending }) => sending !== undefined),
      ...(this.heldSince === undefined ? {} : { heldSince: this.heldSince }),
      cannotBeCarried,
      unknownScripts: this.shared.scripts.unknown,
      refused: this.listener?.refusals.counted ?? {},
    };
  }

  /** Local `address:port` of each socket to the side, so that CLIENT LIST tells them from others. */
  upstreams(side: Side): ReadonlySet<string> {
    const ours = [...this.sessions].flatMap((each) => (each.side === side ? (each.upstreamAddress ?? []) : []));
    const warm = this.warmed?.side === side ? this.warmed.addresses : [];
    return new Set([...ours, ...warm]);
  }

  /** Does before the hold what `prepare` does, as far as clients stay in the state that they are in. Rejects likewise. */
  async warm(side: Side, signal: AbortSignal): Promise<void> {
    const endpoint = this.options.sides[side];
    if (this.warmed?.side !== side) this.cool();
    this.warmed ??= new WarmStandbys(side, endpoint);
    await loadScripts(this.shared.scripts, await this.controls.of(side), endpoint);
    await this.warmed.fill(
      this.inUse().filter(({ unseen }) => unseen === undefined),
      signal,
    );
  }

  /** Closes what `warm` opened and nobody took. */
  cool(): void {
    this.warmed?.close();
    this.warmed = undefined;
  }

  /**
   * Forwards nothing new, reads every reply, takes blocked clients off, and closes all sockets to the serving side.
   * Rejects where it cannot; `release` of the serving side then undoes it.
   */
  async hold(signal: AbortSignal): Promise<Held> {
    if (this.heldSince !== undefined)
      throw new AgentError('Agent.Failed', 'The relay is held already: release it first.');
    const control = await within(signal, this.controls.of(this.serving));
    this.heldSince = Date.now();
    const sessions = [...this.sessions];
    const unblocked = await quiet(sessions, control, this.options.unfinishedCommandMs ?? 250, signal);
    await Promise.all(sessions.map((session) => session.detach()));
    const closed = this.lost.splice(0);
    const counts = { clients: this.sessions.size, unblocked: unblocked.length };
    this.options.logger.info('relay.held', { ...counts, closed: closed.length });
    return { ...counts, closed };
  }

  /**
   * Makes every connection ready on `side` as far as that changes no data: credentials, protocol, database, names,
   * subscriptions with their output dropped, scripts. Rejects with who cannot and why; nothing has changed then.
   */
  async prepare(side: Side, signal: AbortSignal): Promise<Prepared> {
    if (this.heldSince === undefined) throw new AgentError('Agent.Failed', 'The relay is not held: hold it first.');
    this.discard();
    const endpoint = this.options.sides[side];
    const control = await within(signal, this.controls.of(side));
    await within(signal, loadScripts(this.shared.scripts, control, endpoint));
    const warm = this.warmed?.side === side ? this.warmed : undefined;
    const ready = await standbys(this.inUse(), endpoint, signal, warm);
    this.prepared = { side, standbys: ready };
    return { side, clients: ready.size };
  }

  /** Issues blocking commands again with the time that is left, then what was held. Of the side that served: the undo. */
  async release(side: Side): Promise<Released> {
    if (this.heldSince === undefined) throw new AgentError('Agent.Failed', 'The relay is not held.');
    const lose = (session: Session, error: unknown) => {
      session.close(reasonOf(error));
    };
    const ready = await this.standbysOn(side, lose);
    this.shared.ids.next(formerIds(this.sessions));
    this.serving = side;
    // A hold that failed half-way has left the others where they were.
    const stayed = [...this.sessions].filter(({ connected, blocked, drained }) => connected && drained && blocked);
    const waiting = [...stayed, ...takeOver(ready, side, lose)];
    await reissue(waiting, isSince(this.options.sides[side], 6));
    this.heldSince = undefined;
    const closed = this.lost.splice(0);
    this.cool();
    for (const session of this.sessions) {
      session.side = side;
      session.release();
      if (!session.connected) void session.connect();
    }
    this.options.logger.info('relay.released', { side, clients: this.sessions.size, closed: closed.length });
    return { side, clients: this.sessions.size, reissued: waiting.length, closed };
  }

  /** Has every client leave. Resolves once nobody is connected. */
  dismiss(patienceMs: number, signal: AbortSignal): Promise<void> {
    return dismiss(this.sessions, patienceMs, `${this.options.recordName}:${this.port}`, signal);
  }

  /** What was marked since the last call. */
  touched(): Touched {
    return this.shared.touched.take();
  }

  async close(): Promise<void> {
    const closed = this.listener?.close();
    this.discard();
    this.cool();
    for (const session of [...this.sessions]) session.close();
    this.controls.close();
    await closed;
  }

  private accept(client: Socket): void {
    if (this.sessions.size >= (this.options.maxConnections ?? 20_000)) {
      client.on('error', () => undefined);
      client.end(FULL, () => client.destroy());
      return;
    }
    const session = new Session(client, this.sessionHost, this.serving);
    this.sessions.add(session);
    if (this.heldSince === undefined) void session.connect();
    else session.hold();
  }

  private forget(session: Session, reason: string | undefined): void {
    this.sessions.delete(session);
    this.warmed?.drop(session);
    if (session.leftUnsaid && this.options.certificate !== undefined)
      this.listener?.refusals.leftUnsaid(session.address);
    if (reason === undefined) return;
    this.options.logger.warn('relay.client-closed', { client: session.address, reason });
    if (this.heldSince === undefined) return;
    const name = session.state.name?.toString('utf8');
    this.lost.push({ address: session.address, ...(name === undefined ? {} : { name }), reason });
  }

  /** Those that have been connected to a server; the others begin on the side that is released. */
  private inUse(): readonly Session[] {
    return [...this.sessions].filter((session) => session.used);
  }

  /** What was prepared on the side; a client that cannot be connected to it is lost. */
  private async standbysOn(
    side: Side,
    lose: (session: Session, error: unknown) => void,
  ): Promise<Map<Session, Standby>> {
    if (this.prepared?.side === side) {
      const { standbys: ready } = this.prepared;
      this.prepared = undefined;
      return ready;
    }
    this.discard();
    const ready = new Map<Session, Standby>();
    const signal = AbortSignal.timeout(RESTORE_MS);
    await eachOf(
      this.inUse().filter((session) => !session.connected),
      async (session) => {
        try {
          ready.set(session, await standby(session, this.options.sides[side], signal));
        } catch (error) {
          lose(session, error);
        }
      },
    );
    return ready;
  }

  private discard(): void {
    for (const { connection } of this.prepared?.standbys.values() ?? []) connection.close();
    this.prepared = undefined;
  }
}

/** Connections that are replaced, by their ids. */
function* formerIds(sessions: Iterable<Session>) {
  for (const session of sessions) {
    // After a hold that failed half-way some have kept theirs.
    const id = session.connected ? session.id : session.formerId;
    if (id !== undefined) yield [id, session] as const;
  }
}

function isSince({ engineVersion }: ResolvedEndpoint, major: number): boolean {
  return compareVersions(numbers(engineVersion), [major]) >= 0;
}

/** Commands that change keys without an event on either side. */
function silentOn({ sides }: RelayOptions): readonly string[] {
  const both = Object.values(sides).flatMap(
    ({ engine, engineVersion: text }) => silentCommandsOf({ engine, text }).silent,
  );
  return [...new Set(both)];
}
