import { type FoundRegister, RegisterLedger } from '../../../../../rehearsal/clients/redis/ledger/register-ledger';

let ledger: RegisterLedger;
beforeEach(() => {
  ledger = new RegisterLedger();
});

interface Times {
  readonly sentMs: number;
  readonly ackedMs?: number;
  readonly failedMs?: number;
  readonly ttlMs?: number;
}
function write(id: string | null, times: Times, side = 'blue'): void {
  ledger.add({ type: 'write', kind: 'session', key: 'k', holds: 'string', id, server: 'ignored:1', ...times }, side);
}
function judge(found: Omit<FoundRegister, 'atMs'>, atMs = 1_000, trusted = (_: string) => false) {
  const verdict = ledger.judge('k', { ...found, atMs }, trusted);
  return verdict.state === 'lost' ? verdict.lost.what : verdict.state;
}

test('the last acknowledged value must be there', () => {
  write('1', { sentMs: 0, ackedMs: 1 });
  write('2', { sentMs: 2, ackedMs: 3 });
  expect(judge({ id: '2' })).toBe('kept');
  expect(judge({ id: '1' })).toBe('is an older one');
  expect(judge({ id: null })).toBe('is gone');
});

test('of writes that ran at one time either may be the last', () => {
  write('1', { sentMs: 0, ackedMs: 10 });
  write('2', { sentMs: 5, ackedMs: 8 });
  expect(judge({ id: '1' })).toBe('kept');
  expect(judge({ id: '2' })).toBe('kept');
});

test('a write without an answer may have happened or not', () => {
  write('1', { sentMs: 0, ackedMs: 1 });
  write('2', { sentMs: 2, failedMs: 10 });
  expect(judge({ id: '1' })).toBe('kept');
  expect(judge({ id: '2' })).toBe('kept');
  write('3', { sentMs: 2_000, ackedMs: 2_001 });
  expect(judge({ id: '2' })).toBe('is an older one');
});

test('a key whose client was killed while it deleted it may be gone', () => {
  write('1', { sentMs: 0, ackedMs: 1 });
  ledger.deleting('k');
  expect(judge({ id: null })).toBe('kept');
  expect(judge({ id: '1' })).toBe('kept');
  write('2', { sentMs: 2, ackedMs: 3 });
  expect(judge({ id: null })).toBe('is gone');
});

test('a deleted key must stay deleted', () => {
  write('1', { sentMs: 0, ackedMs: 1 });
  write(null, { sentMs: 2, ackedMs: 3 });
  expect(judge({ id: null })).toBe('kept');
  expect(judge({ id: '1' })).toBe('is back after its deletion');
});

test('a key may be gone once its time is up, and not before', () => {
  write('1', { sentMs: 0, ackedMs: 1, ttlMs: 60_000 });
  expect(judge({ id: null }, 50_000)).toBe('is gone');
  expect(judge({ id: null }, 60_000)).toBe('kept');
});

test('a key that was to expire and has no expiry any more is immortal', () => {
  write('1', { sentMs: 0, ackedMs: 1, ttlMs: 60_000 });
  expect(judge({ id: '1', expires: true })).toBe('kept');
  expect(judge({ id: '1', expires: false })).toBe('immortal');
});

test('a value of a writer that was killed before it could report is trusted', () => {
  write('a.1', { sentMs: 0, ackedMs: 1 });
  expect(judge({ id: 'a.2' }, 1_000, (id) => id.startsWith('a.'))).toBe('kept');
});

test('a write of another side replaces one that ended before it began', () => {
  write('1', { sentMs: 0, ackedMs: 1 }, 'blue');
  write('2', { sentMs: 2, ackedMs: 3 }, 'green');
  expect(judge({ id: '2' })).toBe('kept');
  expect(judge({ id: '1' })).toBe('is an older one');
});

test('a loss names who else wrote the key, and when', () => {
  write('2', { sentMs: 2, ackedMs: 3 }, 'green');
  write('1', { sentMs: 4, ackedMs: 5 }, 'blue');
  const verdict = ledger.judge('k', { id: '2', atMs: 1_000 }, () => false);
  expect(verdict).toMatchObject({
    state: 'lost',
    lost: { kind: 'session', key: 'k', side: 'blue', ackedMs: 5 },
  });
  expect(verdict.state === 'lost' && verdict.lost.rivals).toContainEqual({ side: 'green', atMs: 3 });
});

test('a reader that missed a write keeps the loss from being hidden by what it writes next', () => {
  write('1', { sentMs: 0, ackedMs: 1 }, 'blue');
  ledger.addStale(
    { type: 'stale', kind: 'session', key: 'k', expected: '1', found: null, sentMs: 10, server: 'ignored:1' },
    'green',
  );
  write('2', { sentMs: 11, ackedMs: 12 }, 'green');
  expect(judge({ id: '2' })).toBe('kept');
  expect(ledger.missedByReaders()).toMatchObject([{ side: 'blue', ackedMs: 1, what: 'was gone' }]);
});
