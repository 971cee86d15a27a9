import { readJournalled, whatGoesOn } from '../../../../agent/redis/replication/journalled-replication';

const FORTH = { from: 'blue', to: 'green', overlap: true } as const;
const BACK = { from: 'green', to: 'blue', overlap: false } as const;

test.each([
  ['a new host takes up what it may', undefined, { ...BACK, anew: true }, BACK],
  ['a new host leaves what only notes can go on with', undefined, { ...FORTH, anew: false }, undefined],
  ['a host that comes back goes on by its notes', FORTH, { ...FORTH, overlap: false, anew: false }, FORTH],
  ['notes of the other way are none', FORTH, { ...BACK, anew: true }, BACK],
  ['notes of the other way, where only notes can go on', BACK, { ...FORTH, anew: false }, undefined],
  ['notes of before users could come there', BACK, { ...BACK, overlap: true, anew: false }, undefined],
  ['the same while they cannot yet', BACK, { ...BACK, overlap: true, anew: true }, { ...BACK, overlap: true }],
  ['what was ended while the host was away has ended', BACK, undefined, undefined],
])('%s', (_, notes, journalled, expected) => {
  const journal = JSON.stringify({ phase: 'settled', following: journalled ?? {} });
  expect(whatGoesOn(notes, readJournalled(journal))).toEqual(expected);
});

test('a journal of a migration that has never replicated says so', () => {
  expect(readJournalled('{"phase":"settled"}')).toBeUndefined();
});
