import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import type { RehearsalRecord, Side } from '../../../rehearsal/report/result';
import { synthesizeMigration } from './app-under-test';
import { onDemand } from './on-demand';
import { perform, summary, WELL } from './perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-relay-'));
const relayed = synthesizeMigration(
  join(folder, 'relayed'),
  CacheConsistency.FENCED,
  () => [],
  'applications',
  () => ({ relay: {}, workloads: [] }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Operations that failed while a phase of that name ran. */
function failedIn({ result, series, startedAt }: RehearsalRecord, phase: string): number {
  const runs = result.cutover.phases.filter(({ name }) => name === phase);
  const within = ({ atMs }: { atMs: number }) =>
    runs.some(
      ({ startedMs, durationMs }) => atMs - startedAt >= startedMs && atMs - startedAt <= startedMs + durationMs,
    );
  return series.filter(within).reduce((sum, { failed }) => sum + failed, 0);
}

/** For people: what clients saw, and when. */
function told(record: RehearsalRecord): void {
  const { clients, cutover } = record.result;
  const figures = ['failed', 'longestWriteGapMs', 'highestMs'].map(
    (id) => `${id} ${clients.find((each) => each.id === id)?.value}`,
  );
  const phases = cutover.phases.map(
    ({ name, durationMs }) => `${name} ${durationMs} ms, ${failedIn(record, name)} failed`,
  );
  process.stdout.write(`${figures.join(', ')}\n${phases.join('\n')}\n${JSON.stringify(record.figures.failures)}\n`);
}

test('clients go to green and back through a relay, and none of them notices the switch', async () => {
  const record = await perform(relayed, { action: 'rollback', turnsPerSecond: 400 });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
  expect(failedIn(record, 'Handover')).toBe(0);
  told(record);
});

test.each([['Handover:kill-agent', 'green']] as const)(
  'after %s clients are on %s, and everything is as it was',
  isAsItWas,
);

onDemand.each([
  ['Interpose:kill-agent', 'green'],
  ['Interpose:abort', 'blue'],
  ['Handover:abort', 'blue'],
  ['Handover:deploy', 'green'],
  ['Withdraw:abort', 'blue'],
  ['Withdraw:kill-agent', 'green'],
  ['Resume:abort', 'green'],
  ['Watch:alarm', 'blue'],
  ['Handover:crash-host', 'green'],
  ['Withdraw:crash-host', 'green'],
] as const)('after %s clients are on %s, and everything is as it was', isAsItWas);

async function isAsItWas(fault: string, serving: Side): Promise<void> {
  const record = await perform(relayed, { faults: [fault] });
  expect(summary(record)).toEqual({ ...WELL, outcome: serving === 'green' ? 'cutover' : 'rolledBack', serving });
}
