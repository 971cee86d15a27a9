import type { Figures } from '../figures';
import type { LostCommit } from './ledger/lost-commit';
import type { OrderFigures } from './ledger/order-ledger';
import type { ReadFigures } from './ledger/read-ledger';
import type { BalanceFigures, TransferFigures } from './ledger/transfer-ledger';

/** What clients of a database saw. A write is a committed transaction. */
export interface SqlFigures extends Figures {
  readonly of: 'database';
  readonly transfers: TransferFigures;
  readonly balances: BalanceFigures;
  readonly orders: OrderFigures;
  /** By side; `host:port` where an address belongs to none. */
  readonly reads: Readonly<Record<string, ReadFigures>>;
  /** The first of them, for people. */
  readonly samples: { readonly lost: readonly LostCommit[] };
}
