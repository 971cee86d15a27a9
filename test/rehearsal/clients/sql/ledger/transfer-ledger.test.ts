import type { StoredRows, StoredTransfer } from '../../../../../rehearsal/clients/sql/data/stored-rows';
import { judgeBalances, TransferLedger } from '../../../../../rehearsal/clients/sql/ledger/transfer-ledger';
import type { Transfer } from '../../../../../rehearsal/clients/sql/protocol';

const move = { source: 1, target: 2, amount: 30 };
const committed = (id: string): Transfer => ({ type: 'transfer', id, ...move, sentMs: 1, ackedMs: 2, server: '1' });
const inDoubt = (id: string): Transfer => ({ type: 'transfer', id, ...move, sentMs: 1, failedMs: 2, server: '1' });
const nobody = () => false;

function stored(transfers: Record<string, StoredTransfer>, balances: Record<number, number> = {}): StoredRows {
  return {
    transfers: new Map(Object.entries(transfers)),
    balances: new Map(Object.entries(balances).map(([id, balance]) => [Number(id), balance])),
    orders: new Map(),
  };
}

let ledger: TransferLedger;
beforeEach(() => {
  ledger = new TransferLedger();
});

test('a committed transfer that does not stand is lost by the side that acknowledged it', () => {
  ledger.add(committed('a'), 'blue');
  ledger.add(committed('b'), 'green');
  const { losses, figures } = ledger.judge(stored({ b: move }), nobody);
  expect(losses).toEqual([{ kind: 'transfer', key: 'a', side: 'blue', ackedMs: 2, what: 'is gone' }]);
  expect(figures).toEqual({ committed: 2, unanswered: 0, unansweredStored: 0, unexplained: 0 });
});

test('a committed transfer that stands with another amount is lost', () => {
  ledger.add(committed('a'), 'blue');
  const { losses } = ledger.judge(stored({ a: { ...move, amount: 31 } }), nobody);
  expect(losses.map(({ what }) => what)).toEqual(['is another one']);
});

test('a COMMIT without an answer is lost in neither case, and counted in both', () => {
  ledger.add(inDoubt('a'), 'blue');
  ledger.add(inDoubt('b'), 'blue');
  const { losses, figures } = ledger.judge(stored({ a: move }), nobody);
  expect(losses).toEqual([]);
  expect(figures).toEqual({ committed: 0, unanswered: 2, unansweredStored: 1, unexplained: 0 });
});

test('a transfer that nobody made is unexplained, unless its client was killed before it could tell', () => {
  const rows = stored({ 'web-0.1.0.7': move });
  expect(ledger.judge(rows, nobody).figures.unexplained).toBe(1);
  expect(ledger.judge(rows, (id) => id.startsWith('web-0.1.')).figures.unexplained).toBe(0);
});

describe('balances', () => {
  test('add up where every transfer stands whole', () => {
    const rows = stored({ a: move, b: { source: 2, target: 1, amount: 10 } }, { 1: 80, 2: 120 });
    expect(judgeBalances(rows, 2, 100)).toEqual({ drift: 0, wrong: 0 });
  });

  test('half a transfer is money made or gone, and a wrong account', () => {
    expect(judgeBalances(stored({ a: move }, { 1: 100, 2: 130 }), 2, 100)).toEqual({
      drift: 30,
      wrong: 1,
    });
  });

  test('a transfer that counts twice adds up in whole, and in no account', () => {
    expect(judgeBalances(stored({ a: move }, { 1: 40, 2: 160 }), 2, 100)).toEqual({
      drift: 0,
      wrong: 2,
    });
  });

  test('an account that is gone is wrong', () => {
    expect(judgeBalances(stored({}, { 1: 100 }), 2, 100)).toEqual({ drift: -100, wrong: 1 });
  });
});
