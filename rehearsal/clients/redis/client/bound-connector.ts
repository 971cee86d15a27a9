import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector } from 'ioredis';

/** How long a hung-up connection may take to close before it is destroyed. */
const DISCONNECT_TIMEOUT_MS = 2_000;

export interface Bound {
  readonly host: string;
  readonly port: number;
  /** The client's own address. */
  readonly localAddress?: string;
  readonly tls?: { readonly ca: string; readonly servername: string };
}

/**
 * Makes a constructor of connections from a chosen source address, which ioredis' own connector cannot do. The address
 * is what security groups and `CLIENT LIST` tell clients apart by.
 */
export function boundConnector(bound: Bound): new (options: unknown) => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_TIMEOUT_MS);
    }

    override connect(): Promise<Socket> {
      this.connecting = true;
      const { host, port, localAddress, tls } = bound;
      const where = { host, port, ...(localAddress && { localAddress }) };
      this.stream = tls ? connectTls({ ...where, ...tls }) : connect(where);
      this.stream.once('error', (error) => {
        this.firstError = error;
      });
      return Promise.resolve(this.stream);
    }
  };
}
