import type { Side } from '../../../contract/common';
import type { Log } from '../../log';
import type { ResolvedEndpoint } from '../endpoint';
import type { RelayCertificate } from './certificate';

export interface RelayOptions {
  /** Port 0: a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly sides: Readonly<Record<Side, ResolvedEndpoint>>;
  readonly serving: Side;
  /** What clients connect by: once it leads past the relay, they are told to connect to it. */
  readonly recordName: string;
  /** Clients come by TLS, and see this. @default - they come in clear text */
  readonly certificate?: RelayCertificate;
  readonly logger: Pick<Log, 'info' | 'warn'>;
  /** Further connections are closed at once. @default 20 000: one address has 28,000 ports towards one server */
  readonly maxConnections?: number;
  /** Commands up to this long are forwarded whole. @default 64 KiB */
  readonly wholeCommandBytes?: number;
  /** Commands of one transaction that can be carried over; beyond it EXEC answers EXECABORT. @default 1 MiB */
  readonly transactionBytes?: number;
  /** How long a client has, at the hold, to send the rest of a longer command. @default 250 */
  readonly unfinishedCommandMs?: number;
  /** Replies kept at the hold for one client that does not read them. @default 16 MiB */
  readonly unreadBytes?: number;
}
