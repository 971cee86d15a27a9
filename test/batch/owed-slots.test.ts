import { type GateCut, judgeCut, judgeEpoch, runsAt } from '../../batch/cuts';
import { chosen, lackingSlots } from '../../batch/handover/owed-slots';

const at = (minute: number) => `2026-11-30T09:${String(minute).padStart(2, '0')}Z`;
const slots = (...minutes: number[]) => minutes.map((minute) => [`s${minute}`, at(minute)] as const);

test.each<[string, number[], number[], string[]]>([
  ['what was started for its own minute is not lacking', [1, 2, 3], [1, 3], ['s2']],
  ['a start that is late is of the newest slot before it', [1, 2, 3], [1, 3, 3], []],
  ['a start that is late is of one slot', [1, 2, 3], [3, 3], ['s1']],
  ['a start before all slots is of none', [5, 6], [4], ['s5', 's6']],
  ['where several are due in one minute each has a start', [1, 1, 2], [1, 2], ['s1']],
  ['nothing is lacking where nothing is due', [], [1], []],
])('%s', (_, scheduled, started, lacking) => {
  expect(lackingSlots(slots(...scheduled), started.map(at))).toEqual(lacking);
});

test('of what is owed, as the job says, each is started, the newest, or none', () => {
  expect(chosen(['a', 'b'], 'each')).toEqual({ take: ['a', 'b'], leave: [] });
  expect(chosen(['a', 'b'], 'newest')).toEqual({ take: ['b'], leave: ['a'] });
  expect(chosen(['a', 'b'], 'none')).toEqual({ take: [], leave: ['a', 'b'] });
  expect(chosen([], 'newest')).toEqual({ take: [], leave: [] });
});

const cut = (epoch: number, minute: number, runs: boolean): GateCut => ({
  epoch,
  runs,
  from: `2026-11-30T09:${minute}:30.000Z`,
});
const due = (minute: number) => new Date(`2026-11-30T09:${minute}:00Z`);

test('of the cuts before a slot that of the highest epoch decides, whenever it was written', () => {
  const cuts = [cut(0, 10, false), cut(1, 20, true), cut(2, 30, false), cut(3, 30, true)];
  expect([20, 21, 30, 31].map((minute) => runsAt(cuts, due(minute)))).toEqual([false, true, true, true]);
  expect(runsAt([...cuts].reverse(), due(31))).toBe(true);
  expect(runsAt([cut(2, 20, false), cut(1, 30, true)], due(31))).toBe(false);
  expect(runsAt([cut(1, 20, true)], due(19))).toBe(false);
});

test('a lower epoch is stale, and so is another cut of the same', () => {
  const cuts = [cut(0, 10, false), cut(2, 20, true)];
  expect(judgeCut(cuts, cut(3, 10, false))).toBe('new');
  expect(judgeCut(cuts, cut(2, 20, true))).toBe('again');
  expect([cut(2, 21, true), cut(2, 20, false), cut(1, 20, true)].map((told) => judgeCut(cuts, told))).toEqual([
    'stale',
    'stale',
    'stale',
  ]);
  expect([1, 2, 3].map((epoch) => judgeEpoch(cuts, epoch))).toEqual(['stale', 'ok', 'unknownEpoch']);
});
