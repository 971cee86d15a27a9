import { heldOfAll, invariantResults } from '../../../rehearsal/report/invariants';

test('all nine are there, in their order', () => {
  const all = invariantResults({ checked: 9, violations: [] });
  expect(all.map(({ number, state }) => [number, state])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [n, 'held']));
});

test('a broken invariant says every way in which it was broken', () => {
  const all = invariantResults({
    checked: 9,
    violations: [
      { invariant: 4, what: '3 writes are gone.' },
      { invariant: 2, what: 'two holders' },
      { invariant: 4, what: '1 session is gone.' },
    ],
  });
  expect(all[3]).toMatchObject({ number: 4, state: 'broken', how: ['3 writes are gone.', '1 session is gone.'] });
  expect(all.filter(({ state }) => state === 'broken').map(({ number }) => number)).toEqual([2, 4]);
});

test('where not all were checked none is said to have held', () => {
  const states = invariantResults({ checked: 3, violations: [{ invariant: 1, what: 'both 0' }] }).map(
    ({ state }) => state,
  );
  expect(states).toEqual(['broken', ...Array(8).fill('unseen')]);
});

test('a violation of an invariant that is not in the list is not left out', () => {
  const last = invariantResults({ checked: 9, violations: [{ invariant: 12, what: 'something new' }] }).at(-1);
  expect(last).toMatchObject({ number: 12, state: 'broken', how: ['something new'] });
});

test('how many held counts each broken one once', () => {
  const twice = { invariant: 2, what: 'two holders' };
  expect(heldOfAll({ checked: 9, violations: [] })).toBe('9 of 9');
  expect(heldOfAll({ checked: 9, violations: [twice, twice, { invariant: 4, what: 'lost' }] })).toBe('7 of 9');
  expect(heldOfAll({ checked: 0, violations: [] })).toBe('0 of 9');
});
