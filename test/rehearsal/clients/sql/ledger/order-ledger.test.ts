import type { StoredOrder, StoredRows } from '../../../../../rehearsal/clients/sql/data/stored-rows';
import { OrderLedger } from '../../../../../rehearsal/clients/sql/ledger/order-ledger';
import type { OrderWrite } from '../../../../../rehearsal/clients/sql/protocol';
import { valuesOf } from '../../../figure-values';

const write = (id: number, token: string, state: string | null, differing: Partial<OrderWrite> = {}): OrderWrite => ({
  type: 'order',
  id,
  token,
  state,
  placed: state === 'new',
  sentMs: 1,
  ackedMs: 2,
  server: '1',
  ...differing,
});
function inDoubt(id: number, token: string, state: string | null): OrderWrite {
  const { ackedMs: _, ...sent } = write(id, token, state);
  return { ...sent, failedMs: 3 };
}
const stored = (orders: Record<number, StoredOrder>): StoredRows => ({
  transfers: new Map(),
  balances: new Map(),
  orders: new Map(Object.entries(orders).map(([id, order]) => [Number(id), order])),
});
const nobody = () => false;

let ledger: OrderLedger;
beforeEach(() => {
  ledger = new OrderLedger();
});

test('an order is as it was left: placed, changed, deleted', () => {
  ledger.add(write(1, 'a', 'new'), 'blue');
  ledger.add(write(2, 'b', 'new'), 'blue');
  ledger.add(write(2, 'b', 'paid'), 'blue');
  ledger.add(write(3, 'c', 'new'), 'blue');
  ledger.add(write(3, 'c', null), 'green');
  const { losses, figures, unanswered } = ledger.judge(
    stored({ 1: { token: 'a', state: 'new' }, 2: { token: 'b', state: 'paid' } }),
    nobody,
  );
  expect(losses).toEqual([]);
  expect(valuesOf(figures)).toEqual({ ordersPlaced: 3, ordersDoubled: 0, ordersUnexplained: 0 });
  expect(unanswered).toBe(0);
});

test.each([
  ['is gone', {}, 'paid'],
  ['is an older one', { 1: { token: 'a', state: 'new' } }, 'paid'],
  ['is back after its deletion', { 1: { token: 'a', state: 'new' } }, null],
])('an order that %s is lost', (what, orders, state) => {
  ledger.add(write(1, 'a', 'new'), 'blue');
  ledger.add(write(1, 'a', state), 'green');
  const { losses } = ledger.judge(stored(orders), nobody);
  expect(losses).toEqual([{ kind: 'order', key: 'a', side: 'green', ackedMs: 2, what }]);
});

test('a change in doubt may stand or not, and nothing else may', () => {
  ledger.add(write(1, 'a', 'new'), 'blue');
  ledger.add(inDoubt(1, 'a', 'paid'), 'blue');
  const lost = (state: string) => ledger.judge(stored({ 1: { token: 'a', state } }), nobody).losses.length;
  expect([lost('new'), lost('paid'), lost('sent')]).toEqual([0, 0, 1]);
});

test('an order in doubt may have been placed or not', () => {
  ledger.add(inDoubt(1, 'a', 'new'), 'blue');
  expect(ledger.judge(stored({}), nobody).losses).toEqual([]);
  const { losses, figures, unanswered } = ledger.judge(stored({ 1: { token: 'a', state: 'new' } }), nobody);
  expect(losses).toEqual([]);
  expect(valuesOf(figures)).toMatchObject({ ordersUnexplained: 0 });
  expect(unanswered).toBe(1);
});

test('a key that two orders were given is found: two sides made keys at one time', () => {
  ledger.add(write(7, 'a', 'new'), 'blue');
  ledger.add(write(7, 'b', 'new'), 'green');
  const { losses, figures } = ledger.judge(stored({ 7: { token: 'b', state: 'new' } }), nobody);
  expect(valuesOf(figures)).toMatchObject({ ordersDoubled: 1 });
  expect(losses).toMatchObject([{ key: 'a', what: 'is gone' }]);
});

test('an order that nobody placed is unexplained', () => {
  const { figures } = ledger.judge(stored({ 1: { token: 'x', state: 'new' } }), nobody);
  expect(valuesOf(figures)).toMatchObject({ ordersUnexplained: 1 });
});
