import { SqlLedger } from '../../../../../rehearsal/clients/sql/ledger/sql-ledger';
import { valuesOf } from '../../../figure-values';

const sideOf = (server: string) => ({ '1': 'blue', '2': 'green', '127.0.0.2:3306': 'green' })[server] ?? server;
const transfer = { type: 'transfer', source: 1, target: 2, amount: 1 } as const;

test('who committed is told by the server itself, and both in turn is two writable sides', () => {
  const ledger = new SqlLedger(sideOf);
  for (const [id, server, atMs] of [
    ['a', '1', 10],
    ['b', '2', 20],
    ['c', '1', 30],
  ] as const) {
    ledger.record({ ...transfer, id, server, sentMs: atMs, ackedMs: atMs + 1 });
  }
  expect(ledger.timeline.spans().map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
});

test('a COMMIT without an answer proves no side writable', () => {
  const ledger = new SqlLedger(sideOf);
  ledger.record({ ...transfer, id: 'a', server: '2', sentMs: 1, failedMs: 2 });
  expect(ledger.timeline.length).toBe(0);
});

test('reads are counted by who answered, failed ones by who was asked', () => {
  const ledger = new SqlLedger(sideOf);
  ledger.record({ type: 'read', atMs: 1, answered: true, server: '1' });
  ledger.record({ type: 'read', atMs: 1, answered: true, server: '2' });
  ledger.record({ type: 'read', atMs: 1, answered: false, server: '127.0.0.2:3306' });
  expect(valuesOf(ledger.reads.figures())).toEqual({
    failedReads: 1,
    'readsAnswered.blue': 1,
    'readsFailed.blue': 0,
    'readsAnswered.green': 1,
    'readsFailed.green': 1,
  });
  expect(ledger.timeline.length).toBe(0);
});
