import type { JournalEntry } from '../../../rehearsal/aws/call-journal';
import type { Figures } from '../../../rehearsal/clients/client-figures';
import { longest, writeOutagesOf } from '../../../rehearsal/testbed/write-outages';
import { figuresOf, runs } from '../report/samples/record';

const STARTED_AT = 1_000_000;

test('a write outage is split where Route 53 accepted the change of the record', () => {
  const [writeOutage] = writeOutagesOf({
    startedAt: STARTED_AT,
    figures: sides([0, 10_100], [16_000, 30_000]),
    calls: [change(2_000), change(11_500), change(11_600, 'Route53.ThrottlingException')],
    phases: runs(10_000, ['Fence', 600], ['Drain', 100], ['Switch', 7_000]),
  });
  expect(writeOutage).toEqual({ fromMs: 10_100, toMs: 16_000, parts: { workMs: 1_510, dnsMs: 4_490 } });
});

test('in a rollback it counts from the fence of the rollback, and the longest one is told', () => {
  const writeOutages = writeOutagesOf({
    startedAt: STARTED_AT,
    figures: sides([0, 10_100], [12_000, 20_100], [27_000, 30_000]),
    calls: [change(11_000), change(21_000)],
    phases: [...runs(10_000, ['Fence', 600]), ...runs(20_000, ['Fence', 600])],
  });
  expect(writeOutages.map(({ parts }) => parts?.workMs)).toEqual([1_010, 1_010]);
  expect(longest(writeOutages)?.parts).toEqual({ workMs: 1_010, dnsMs: 5_990 });
});

test.each([
  ['RDS switched over', runs(9_000, ['Switchover', 4_000])],
  ['the record was moved before the fence', runs(14_000, ['Fence', 600])],
])('where %s there is a write outage without parts', (_, phases) => {
  const figures = sides([0, 10_100], [12_000, 30_000]);
  const writeOutages = writeOutagesOf({ startedAt: STARTED_AT, figures, calls: [change(11_000)], phases });
  expect(writeOutages).toEqual([{ fromMs: 10_100, toMs: 12_000 }]);
});

test('of clients that never write again it does not end, and is the longest', () => {
  const shutOut = [
    { group: 'web', access: 'writes' as const, lastMs: STARTED_AT + 10_100, lastSide: 'blue' },
    { group: 'batch', access: 'writes' as const, lastMs: STARTED_AT + 9_000, lastSide: 'blue' },
    { group: 'site', access: 'reads' as const, lastMs: STARTED_AT + 8_000, lastSide: 'blue' },
  ];
  const figures = sides([0, 10_100], [12_000, 30_000]);
  const writeOutages = writeOutagesOf({ startedAt: STARTED_AT, figures, calls: [], phases: [], shutOut });
  expect(writeOutages).toHaveLength(2);
  expect(longest(writeOutages)).toEqual({ fromMs: 9_000, toMs: Number.POSITIVE_INFINITY });
});

test('where both sides took writes there is none', () => {
  const figures = sides([0, 10_100], [10_050, 30_000]);
  expect(longest(writeOutagesOf({ startedAt: STARTED_AT, figures, calls: [], phases: [] }))).toBeUndefined();
});

function sides(...spans: readonly (readonly [fromMs: number, toMs: number])[]): Figures {
  const named = spans.map(([fromMs, toMs], index) => ({
    side: index % 2 === 0 ? 'blue' : 'green',
    fromMs: STARTED_AT + fromMs,
    toMs: STARTED_AT + toMs,
    writes: 1,
  }));
  return { ...figuresOf([]), sides: named };
}

/** A call that took 10 ms. */
function change(atMs: number, outcome = 'ok'): JournalEntry {
  return {
    at: STARTED_AT + atMs,
    durationMs: 10,
    principal: 'arn:aws:iam::111122223333:role/cutover',
    service: 'route53',
    action: 'changeResourceRecordSets',
    state: 'Shift the DNS record to the new side',
    input: {},
    outcome,
  };
}
