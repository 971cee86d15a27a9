import type { Side } from '../../../../contract/common';
import type { Expectation } from '../protocol/in-flight';
import type { ConnectionState } from '../state/connection-state';
import type { Scripts } from '../state/scripts';
import type { TouchedKeys } from '../state/touched-keys';
import type { Transaction } from '../state/transaction';
import type { BlockingCommand } from './blocking';
import type { ClientIds } from './client-ids';

/** What all connections of a relay share. */
export interface Shared {
  readonly scripts: Scripts;
  readonly touched: TouchedKeys;
  readonly ids: ClientIds;
  readonly transactionBytes: number;
  /** Whether both sides know HELLO: what one alone offers could not be carried to the other. */
  readonly hello: boolean;
}

/** A client's connection, as far as its commands are concerned with it. */
export interface Carried {
  readonly state: ConnectionState;
  readonly shared: Shared;
  /** The side that its commands go to. */
  readonly side: Side;
  /** Of the commands that are being sent; and of the replies that come. */
  sending: Transaction | undefined;
  replying: Transaction | undefined;
  /** The command that the server may keep waiting. */
  blocked: BlockingCommand | undefined;
  /** Whether all replies have come. */
  readonly drained: boolean;
  /** Whether blocked commands are being taken off, so that nil means: not served. */
  readonly unblocking: boolean;
  /** The id of the connection on its side, once it is known. */
  id: number | undefined;
  /** Whether the server has been asked for it. */
  idAsked: boolean;
}

/** What becomes of one command. */
export interface Rule {
  /** It is looked at again once all replies have come: only then is it known what it means. */
  readonly afterReplies?: boolean;
  /** Nothing follows until its reply has come. */
  readonly alone?: boolean;
  /** Sent before it, with its reply swallowed. */
  readonly before?: { readonly command: Buffer; readonly expectation: Expectation };
  /** Sent in its place. */
  readonly forward?: Buffer;
  /** Absent: its reply only passes. */
  readonly expectation?: Expectation;
  /** From here on bytes pass without being looked at, and a switch closes the client: why. */
  readonly unseen?: string;
}

export const PASS: Rule = {};

/** Takes effect once the server has done it. */
export function once(confirm: () => void): Expectation {
  return { look: () => 'first', confirm };
}
