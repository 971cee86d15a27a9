import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { alarmDuringWatch } from './alarm-during-watch';
import { fencedCutover } from './fenced-cutover';
import { withValues } from './record';

const hostile = '<script src="//evil.example/x.js"></script>"\'&\u001b[31m\u202e';

/** More than fits, and names that want to be markup. */
export const crowded: RehearsalRecord = {
  ...alarmDuringWatch,
  migration: `Migration ${hostile}`,
  action: `cutover ${hostile}`,
  seed: `it's ${hostile}`,
  engines: { blue: `Redis ${hostile}`, green: `Valkey ${hostile}` },
  result: {
    ...alarmDuringWatch.result,
    ok: false,
    outcome: 'failed',
    reason: `Evict: ${hostile}\nsecond line`,
    data: withValues(alarmDuringWatch.result.data, { mismatches: 12 }),
    cutover: {
      ...alarmDuringWatch.result.cutover,
      phases: [
        ...alarmDuringWatch.result.cutover.phases,
        {
          name: `Undo ${hostile}`,
          startedMs: 54_900,
          durationMs: 0.3,
          outcome: 'stopped',
          error: `States.Runtime ${hostile}`,
        },
      ],
    },
    invariants: {
      checked: 5,
      violations: [
        { invariant: 2, what: `Both sides took writes at 32.1 s: ${hostile}` },
        { invariant: 2, what: 'lock:hourly-report had two holders' },
        { invariant: 4, what: '3 acknowledged writes are gone.' },
        { invariant: 9, what: 'something nobody has thought of' },
      ],
    },
  },
  incidents: [
    ...Array.from({ length: 9 }, (_, index) => ({
      atMs: 31_000 + index * 150,
      what: `throttle at ${index % 2 === 0 ? 'Read the active side' : `Shift the record ${hostile}`}`,
    })),
    { atMs: 55_900, what: 'abort on purpose, at the very end of everything that is drawn' },
    { atMs: 55_900, what: 'and another at the same moment' },
  ],
  figures: {
    ...fencedCutover.figures,
    failures: { [hostile]: 12, constructor: 3 },
    samples: {
      lost: [{ kind: 'session', key: hostile, side: hostile, ackedMs: 1, what: hostile }],
      lockViolations: [{ lock: hostile, holders: [hostile, hostile], atMs: 1, what: 'two holders', forMs: 3 }],
    },
  },
};
export { hostile };
