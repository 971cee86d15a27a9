import type { GroupAccess } from '../../../../rehearsal/clients/load';
import { clientAccess, shutOut } from '../../../../rehearsal/testbed/clients/shut-out';

const ENDED = 50_000;
const span = (side: string, fromMs: number, toMs: number) => ({ side, fromMs, toMs, writes: 9 });
const web = (group: Partial<GroupAccess>): GroupAccess => ({ group: 'web', reads: [], writes: [], ...group });

test.each<[string, Partial<GroupAccess>, string[]]>([
  ['went over', { writes: [span('blue', 1_000, 20_000), span('green', 24_000, 51_000)] }, []],
  ['never wrote on green', { writes: [span('blue', 1_000, 20_000)] }, ['writes']],
  ['stayed on blue', { writes: [span('blue', 1_000, 51_000)] }, ['writes']],
  ['wrote on green, and stopped', { writes: [span('blue', 1_000, 20_000), span('green', 24_000, 49_000)] }, ['writes']],
  ['reads no more', { reads: [span('blue', 1, 2)], writes: [span('green', 24_000, 51_000)] }, ['reads']],
  ['never did anything', {}, []],
])('a group that %s', (_, access, missing) => {
  expect(shutOut([web(access)], 'green', ENDED).map(({ access: which }) => which)).toEqual(missing);
});

test('where both sides serve, or none, nobody is where they belong', () => {
  expect(shutOut([web({ writes: [span('green', 24_000, 51_000)] })], undefined, ENDED)).toHaveLength(1);
});

test('the report says since when, and since when not', () => {
  const groups = [web({ reads: [span('blue', 1_000, 20_000)], writes: [span('green', 24_000, 51_000)] })];
  expect(clientAccess(groups, shutOut(groups, 'green', ENDED), 1_000)).toEqual([
    {
      name: 'web',
      answered: [{ access: 'writes', side: 'green', sinceMs: 23_000 }],
      shutOut: [{ access: 'reads', lastSide: 'blue', lastMs: 19_000 }],
    },
  ]);
});
