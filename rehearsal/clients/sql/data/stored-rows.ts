import type { DatabaseAddress } from '../database-address';
import { withDatabase } from '../dialects';
import { SCHEMA } from './tables';

/** The rows of a side after the load has stopped. */
export interface StoredRows {
  readonly transfers: ReadonlyMap<string, StoredTransfer>;
  /** Account to balance. */
  readonly balances: ReadonlyMap<number, number>;
  readonly orders: ReadonlyMap<number, StoredOrder>;
}

export interface StoredTransfer {
  readonly source: number;
  readonly target: number;
  readonly amount: number;
}

export interface StoredOrder {
  readonly token: string;
  readonly state: string;
}

/** Reads every row that clients wrote to. */
export async function readStoredRows(address: DatabaseAddress): Promise<StoredRows> {
  return withDatabase(
    address,
    async (database) => {
      const transfers = await database.rows<StoredTransfer & { id: string }>(
        'SELECT id, source, target, amount FROM transfers',
      );
      const accounts = await database.rows<{ id: number; balance: number }>('SELECT id, balance FROM accounts');
      const orders = await database.rows<StoredOrder & { id: number }>('SELECT id, token, state FROM orders');
      return {
        transfers: new Map(transfers.map(({ id, ...transfer }) => [id, transfer])),
        balances: new Map(accounts.map(({ id, balance }) => [id, balance])),
        orders: new Map(orders.map(({ id, ...order }) => [id, order])),
      };
    },
    SCHEMA,
  );
}
