import type { PhaseRole } from '../../../../contract/manifest';
import type { PartOfPhase, PhaseRun } from '../../../../rehearsal/report/result';
import { timesBothAreOpen } from '../../../../rehearsal/testbed/caches/both-open';

type Ran = readonly [role: PhaseRole, part: PartOfPhase['part'], fromMs: number, toMs: number, failed?: 'failed'];

const runs = (ran: readonly Ran[]): PhaseRun[] =>
  ran.map(([role, part, startedMs, toMs, failed]) => ({
    name: `${part} ${role}`,
    of: { phase: role, role, part, seen: 'nothing' },
    startedMs,
    durationMs: toMs - startedMs,
    outcome: failed ?? 'succeeded',
  }));

test.each<[string, readonly Ran[], ReturnType<typeof timesBothAreOpen>]>([
  ['nobody was moved', [['replicate', 'own', 0, 9]], []],
  [
    'clients moved: until the new side has what the old one took',
    [
      ['switch', 'own', 10, 20],
      ['evict', 'own', 20, 30],
      ['drain', 'own', 40, 50],
    ],
    [{ fromMs: 10, toMs: 50, stands: 'green' }],
  ],
  [
    'they came back: once there, and once back',
    [
      ['switch', 'own', 10, 20],
      ['drain', 'own', 40, 50],
      ['switch', 'own', 100, 120],
      ['drain', 'own', 140, 150],
    ],
    [
      { fromMs: 10, toMs: 50, stands: 'green' },
      { fromMs: 100, toMs: 150, stands: 'blue' },
    ],
  ],
  [
    'the switch was undone: until the undo has carried over what was written',
    [
      ['switch', 'own', 10, 20],
      ['drain', 'own', 40, 50, 'failed'],
      ['switch', 'undo', 60, 90],
    ],
    [
      { fromMs: 10, toMs: 90, stands: 'blue' },
      { fromMs: 60, toMs: 90, stands: 'blue' },
    ],
  ],
  [
    'the way back was undone: green’s writes stand',
    [
      ['switch', 'own', 10, 20],
      ['drain', 'own', 40, 50],
      ['switch', 'own', 100, 120],
      ['switch', 'undo', 130, 150],
    ],
    [
      { fromMs: 10, toMs: 50, stands: 'green' },
      { fromMs: 100, toMs: 150, stands: 'green' },
      { fromMs: 130, toMs: 150, stands: 'green' },
    ],
  ],
  [
    'nothing was drained: to the end',
    [['switch', 'own', 10, 20]],
    [{ fromMs: 10, toMs: Number.POSITIVE_INFINITY, stands: 'green' }],
  ],
])('where %s', (_, ran, times) => {
  expect(timesBothAreOpen(runs(ran))).toEqual(times);
});
