import type { StoredRows, StoredTransfer } from '../../../../../rehearsal/clients/sql/data/stored-rows';
import { balanceFigures, TransferLedger } from '../../../../../rehearsal/clients/sql/ledger/transfer-ledger';
import type { Transfer } from '../../../../../rehearsal/clients/sql/protocol';
import { valuesOf } from '../../../figure-values';

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
  expect(valuesOf(figures)).toEqual({
    transfersCommitted: 2,
    transfersInDoubt: 0,
    transfersInDoubtStored: 0,
    transfersUnexplained: 0,
  });
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
  expect(valuesOf(figures)).toEqual({
    transfersCommitted: 0,
    transfersInDoubt: 2,
    transfersInDoubtStored: 1,
    transfersUnexplained: 0,
  });
});

test('a transfer that nobody made is unexplained, unless its client was killed before it could tell', () => {
  const rows = stored({ 'web-0.1.0.7': move });
  const unexplained = (trusted: (id: string) => boolean) =>
    valuesOf(ledger.judge(rows, trusted).figures).transfersUnexplained;
  expect(unexplained(nobody)).toBe(1);
  expect(unexplained((id) => id.startsWith('web-0.1.'))).toBe(0);
});

describe('balances', () => {
  test('add up where every transfer stands whole', () => {
    const rows = stored({ a: move, b: { source: 2, target: 1, amount: 10 } }, { 1: 80, 2: 120 });
    expect(valuesOf(balanceFigures(rows, 2, 100))).toEqual({ balanceDrift: 0, wrongBalances: 0 });
  });

  test('half a transfer is money made or gone, and a wrong account', () => {
    expect(valuesOf(balanceFigures(stored({ a: move }, { 1: 100, 2: 130 }), 2, 100))).toEqual({
      balanceDrift: 30,
      wrongBalances: 1,
    });
  });

  test('a transfer that counts twice adds up in whole, and in no account', () => {
    expect(valuesOf(balanceFigures(stored({ a: move }, { 1: 40, 2: 160 }), 2, 100))).toEqual({
      balanceDrift: 0,
      wrongBalances: 2,
    });
  });

  test('an account that is gone is wrong', () => {
    expect(valuesOf(balanceFigures(stored({}, { 1: 100 }), 2, 100))).toEqual({ balanceDrift: -100, wrongBalances: 1 });
  });
});
