import { isConflict, type LostWrite } from '../../../../../rehearsal/clients/redis/ledger/lost-write';

const OVERLAP = [
  { fromMs: 100, toMs: 200, stands: 'green' },
  { fromMs: 400, toMs: 500, stands: 'blue' },
];
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
  expect(isConflict(lost(), OVERLAP)).toBe(true);
});

test('also where clients have gone back since', () => {
  const back = lost({ side: 'green', ackedMs: 450, rivals: [{ side: 'blue', atMs: 440 }] });
  expect(isConflict(back, OVERLAP)).toBe(true);
});

test.each<[string, LostWrite]>([
  ['the side that clients went to lost its own write', lost({ side: 'green', rivals: [{ side: 'blue', atMs: 140 }] })],
  ['it was written before both took writes', lost({ ackedMs: 99 })],
  ['it was written after both took writes', lost({ ackedMs: 201 })],
  ['the other wrote it while clients went back', lost({ rivals: [{ side: 'green', atMs: 450 }] })],
  ['nobody wrote the key on the other side', lost({ rivals: [] })],
  ['the other side wrote it only later', lost({ rivals: [{ side: 'green', atMs: 300 }] })],
])('it is a plain loss where %s', (_, write) => {
  expect(isConflict(write, OVERLAP)).toBe(false);
});
