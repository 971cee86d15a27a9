import { isConflict, type LostWrite } from '../../../../../rehearsal/clients/redis/ledger/lost-write';

const OVERLAP = [{ fromMs: 100, toMs: 200 }];
const lost = (change: Partial<LostWrite> = {}): LostWrite => ({
  kind: 'profile',
  key: 'k',
  side: 'blue',
  ackedMs: 150,
  what: 'is an older one',
  rivals: [{ side: 'green', atMs: 140 }],
  ...change,
});

test('a key written on both sides while both took writes is a conflict', () => {
  expect(isConflict(lost(), 'green', OVERLAP)).toBe(true);
});

test.each<[string, LostWrite, string]>([
  ['the serving side lost its own write', lost({ side: 'green' }), 'green'],
  ['it was written before both took writes', lost({ ackedMs: 99 }), 'green'],
  ['it was written after both took writes', lost({ ackedMs: 201 }), 'green'],
  ['nobody wrote the key on the serving side', lost({ rivals: [] }), 'green'],
  ['the serving side wrote it only later', lost({ rivals: [{ side: 'green', atMs: 300 }] }), 'green'],
])('it is a plain loss where %s', (_, write, serving) => {
  expect(isConflict(write, serving, OVERLAP)).toBe(false);
});
