import { figure } from '../../figure';
import type { StoredRows } from '../data/stored-rows';
import type { OrderWrite } from '../protocol';
import type { LostCommit } from './lost-commit';

interface Order {
  readonly token: string;
  /** As last acknowledged; null: deleted. Undefined: never acknowledged. */
  state?: string | null;
  /** Of the one write in doubt: what it may be instead. */
  doubtful?: string | null;
  side: string;
  ackedMs: number;
}

/** Every order must be as its client left it. An order is one client's alone, and left alone once it is in doubt. */
export class OrderLedger {
  private readonly orders = new Map<string, Order>();
  /** Key to the tokens it was given to. */
  private readonly keys = new Map<number, Set<string>>();
  /** COMMIT was sent and not answered. */
  private unanswered = 0;

  add({ id, token, state, ackedMs, placed }: OrderWrite, side: string): void {
    const order: Order = this.orders.get(token) ?? { token, side, ackedMs: 0 };
    this.orders.set(token, order);
    if (ackedMs === undefined) {
      this.unanswered++;
      order.doubtful = state;
      return;
    }
    Object.assign(order, { state, side, ackedMs });
    if (placed) this.keys.set(id, (this.keys.get(id) ?? new Set()).add(token));
  }

  /** @param trusted - whether a token that was never reported may be there: its writer was killed before it could */
  judge({ orders: stored }: StoredRows, trusted: (token: string) => boolean) {
    const byToken = new Map([...stored.values()].map(({ token, state }) => [token, state]));
    const losses: LostCommit[] = [];
    for (const { token, state, doubtful, side, ackedMs } of this.orders.values()) {
      const found = byToken.get(token) ?? null;
      if (state === undefined || found === state || (doubtful !== undefined && found === doubtful) || trusted(token)) {
        continue;
      }
      const what = found === null ? 'is gone' : state === null ? 'is back after its deletion' : 'is an older one';
      losses.push({ kind: 'order', key: token, side, ackedMs, what });
    }
    const unexplained = [...byToken.keys()].filter((token) => !this.orders.has(token) && !trusted(token)).length;
    const doubled = [...this.keys.values()].filter(({ size }) => size > 1).length;
    const figures = [
      figure('ordersPlaced', 'Orders placed', this.keys.size),
      // Keys that the server gave to two orders.
      figure('ordersDoubled', 'Orders under one key', doubled, { damage: true }),
      // Stand, and nobody placed them.
      figure('ordersUnexplained', 'Unexplained orders', unexplained, { damage: true }),
    ];
    return { figures, losses, unanswered: this.unanswered };
  }
}
