import type { GroupAccess } from '../../../../rehearsal/clients/load';
import { clientAccess, shutOut, shutOutInWords } from '../../../../rehearsal/testbed/clients/shut-out';

const ENDED = 50_000;
const span = (side: string, fromMs: number, toMs: number) => ({ side, fromMs, toMs, writes: 9 });
const web = (group: Partial<GroupAccess>): GroupAccess => ({
  group: 'web',
  tried: () => ({ operations: 90, failed: 9 }),
  reads: [],
  writes: [],
  ...group,
});

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

test('how often they tried is told, and that clients of a machine that is too busy did not', () => {
  const inWords = (tried: GroupAccess['tried']) =>
    shutOut([web({ writes: [span('blue', 1_000, 20_000)], tried })], 'green', ENDED).map((one) =>
      shutOutInWords(one, 'green'),
    );
  const where = 'web: no writes on green since the executions ended; the last were on blue.';
  expect(inWords((sinceMs) => ({ operations: sinceMs / 10_000, failed: 7 }))).toEqual([
    `${where} Of 12 operations that its clients tried in that time, 7 failed.`,
  ]);
  expect(inWords(() => ({ operations: 0, failed: 0 }))).toEqual([
    `${where} Its clients had no turn in that time: this machine is too busy. Rehearse again when it is idle.`,
  ]);
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
