import { SqlClient, type Workplace } from './sql-client';
import type { SqlConnection } from './sql-connection';

const STATES = ['paid', 'packed', 'sent'] as const;
/** Orders a client has in hand. */
const AT_WORK = 50;

interface Order {
  readonly id: number;
  readonly token: string;
}

/** Places orders under keys that the server makes, changes them, and deletes some: each is its own client's alone. */
export class OrderClient extends SqlClient {
  private readonly orders: Order[] = [];

  constructor(at: Workplace, connection: SqlConnection) {
    super('order', at, connection);
  }

  override async turn(): Promise<void> {
    const { random } = this.at;
    if (this.orders.length < AT_WORK && (this.orders.length === 0 || random.chance(0.5))) return this.place();
    const order = random.pick(this.orders);
    return random.chance(0.2) ? this.write(order, null) : this.write(order, `${random.pick(STATES)} ${this.nextId()}`);
  }

  private async place(): Promise<void> {
    const token = this.nextId();
    const quantity = this.at.random.between(1, 9);
    const committed = await this.transact((work) =>
      work.insert('INSERT INTO orders (token, state, quantity) VALUES (?, ?, ?)', [token, 'new', quantity]),
    );
    if (committed === undefined) return;
    const { value, times } = committed;
    this.report({ type: 'order', id: value, token, state: 'new', placed: true, ...times });
    if (times.ackedMs !== undefined) this.orders.push({ id: value, token });
  }

  /** What is in doubt is left alone from then on: a later write would hide which of the two stood. */
  private async write(order: Order, state: string | null): Promise<void> {
    const { id, token } = order;
    const committed = await this.transact((work) =>
      state === null
        ? work.change('DELETE FROM orders WHERE id = ? AND token = ?', [id, token])
        : work.change('UPDATE orders SET state = ? WHERE id = ? AND token = ?', [state, id, token]),
    );
    if (committed === undefined) return;
    const { value, times } = committed;
    if (value === 0) {
      this.forget(order);
      const { sentMs, server } = times;
      this.report({ type: 'missed', kind: 'order', key: token, what: 'was gone', sentMs, server });
      return;
    }
    this.report({ type: 'order', id, token, state, placed: false, ...times });
    if (state === null || times.ackedMs === undefined) this.forget(order);
  }

  private forget(order: Order): void {
    this.orders.splice(this.orders.indexOf(order), 1);
  }
}
