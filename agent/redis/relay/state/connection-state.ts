import { encodeCommand } from '../protocol/encode';

export type Subscribed = 'channels' | 'patterns' | 'shards';

interface Credentials {
  readonly user: Buffer | undefined;
  readonly password: Buffer;
}

/** One command that makes a connection what it was. */
export interface Restoring {
  readonly command: Buffer;
  readonly what: string;
  /** Whether the connection is another one without it; where not, an older server may refuse it. */
  readonly needed: boolean;
  /** Confirmations, where there is one a channel. @default 1 */
  readonly replies?: number;
}

const SUBSCRIBE: Readonly<Record<Subscribed, string>> = {
  channels: 'SUBSCRIBE',
  patterns: 'PSUBSCRIBE',
  shards: 'SSUBSCRIBE',
};

/**
 * What a server keeps of a connection beside its bytes, as far as replies confirmed it: the list is
 * `clearClientConnectionState` of Redis (src/networking.c). Credentials stay in memory, and go into no message.
 */
export class ConnectionState {
  database = 0;
  protocol: '2' | '3' = '2';
  credentials: Credentials | undefined;
  name: Buffer | undefined;
  /** CLIENT SETINFO, by attribute; RESET keeps it. */
  readonly library = new Map<string, Buffer>();
  /** CLIENT NO-EVICT, NO-TOUCH, CAPA, and READONLY: the command as the client sent it, by its name. */
  readonly flags = new Map<string, Buffer>();
  /** CLIENT TRACKING ON with its options. */
  tracking: Buffer | undefined;
  /** CLIENT CACHING, which is of the next command alone. */
  caching: Buffer | undefined;
  /** CLIENT MAINT_NOTIFICATIONS ON: what the client is to be told to connect to, once it is to leave. */
  moving: 'record' | 'configured name' | undefined;
  readonly subscriptions: Readonly<Record<Subscribed, Set<string>>> = {
    channels: new Set(),
    patterns: new Set(),
    shards: new Set(),
  };
  watching = false;
  /** Watched keys stayed behind on the other side: EXEC is to answer nil, as if one had been changed. */
  watchLost = false;

  get subscribed(): boolean {
    const { channels, patterns, shards } = this.subscriptions;
    return channels.size + patterns.size + shards.size > 0;
  }

  /** In RESP2 messages are arrays like replies. */
  get messagesAreArrays(): boolean {
    return this.protocol === '2' && this.subscribed;
  }

  forgetWatch(): void {
    this.watching = false;
    this.watchLost = false;
  }

  /** What RESET does. */
  reset(): void {
    this.database = 0;
    this.protocol = '2';
    this.credentials = undefined;
    this.name = undefined;
    this.flags.clear();
    this.tracking = undefined;
    this.caching = undefined;
    this.moving = undefined;
    for (const names of Object.values(this.subscriptions)) names.clear();
    this.forgetWatch();
  }

  /** What brings a new connection to this state, in order. Subscriptions last: in RESP2 hardly anything may follow them. */
  restoring(): readonly Restoring[] {
    const steps: Restoring[] = [];
    const add = (what: string, command: Buffer, needed = true) => steps.push({ what, command, needed });
    if (this.credentials !== undefined) {
      const { user, password } = this.credentials;
      add('AUTH', user === undefined ? encodeCommand('AUTH', password) : encodeCommand('AUTH', user, password));
    }
    if (this.protocol === '3') add('HELLO 3', encodeCommand('HELLO', '3'));
    if (this.name !== undefined) add('CLIENT SETNAME', encodeCommand('CLIENT', 'SETNAME', this.name), false);
    for (const [attribute, value] of this.library) {
      add('CLIENT SETINFO', encodeCommand('CLIENT', 'SETINFO', attribute, value), false);
    }
    if (this.database !== 0) add(`SELECT ${this.database}`, encodeCommand('SELECT', String(this.database)));
    for (const [flag, command] of this.flags) add(flag, command, false);
    if (this.tracking !== undefined) add('CLIENT TRACKING', this.tracking);
    if (this.caching !== undefined) add('CLIENT CACHING', this.caching);
    return steps;
  }

  /** The same for connections in the same state, and for no others. */
  bytes(): Buffer {
    return Buffer.concat([...this.restoring(), ...this.subscribing()].map(({ command }) => command));
  }

  /** The subscriptions of a new connection; apart, for a transaction cannot follow them. */
  subscribing(): readonly Restoring[] {
    return Object.entries(this.subscriptions).flatMap(([kind, names]) => {
      if (names.size === 0) return [];
      const what = SUBSCRIBE[kind as Subscribed];
      const channels = [...names].map((name) => Buffer.from(name, 'latin1'));
      return [{ what, command: encodeCommand(what, ...channels), needed: true, replies: names.size }];
    });
  }
}
