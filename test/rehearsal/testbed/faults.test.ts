import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import type { Side } from '../../../rehearsal/report/result';
import { synthesizeMigration } from './app-under-test';
import { onDemand } from './on-demand';
import { perform, summary, WELL } from './perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const fenced = synthesizeMigration(join(folder, 'fenced'), CacheConsistency.FENCED);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an alarm in the watch takes clients back, with what they wrote on green', async () => {
  const record = await perform(fenced, { faults: ['Watch:alarm'] });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
});

test('at LIVE too, with what they still wrote on green while others were on blue again', async () => {
  const live = synthesizeMigration(join(folder, 'live'), CacheConsistency.LIVE);
  const record = await perform(live, { faults: ['Watch:alarm'] });
  expect(summary(record)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', violations: [] });
});

onDemand('a return at LIVE that is undone leaves clients on green, with what they wrote on blue', async () => {
  const live = synthesizeMigration(join(folder, 'live'), CacheConsistency.LIVE);
  const record = await perform(live, { action: 'rollback', faults: ['Drain:abort@rollback'] });
  expect(summary(record)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'green', violations: [] });
});

onDemand.each(['Drain:abort', 'Verify:abort', 'Reverse:abort', 'Resume:abort', 'Reverse:kill-agent'])(
  'at LIVE %s loses nothing that was acknowledged',
  async (fault) => {
    const live = synthesizeMigration(join(folder, 'live'), CacheConsistency.LIVE);
    const record = await perform(live, { faults: [fault], turnsPerSecond: 400 });
    expect(summary(record)).toMatchObject({ ok: true, violations: [] });
  },
);

onDemand.each(['Switch:replace-host', 'Evict:replace-host', 'Fence:replace-host', 'Drain:replace-host'])(
  'at LIVE another host goes on after %s, and what it cannot save is counted',
  async (fault) => {
    const live = synthesizeMigration(join(folder, 'live'), CacheConsistency.LIVE);
    const record = await perform(live, { faults: [fault], turnsPerSecond: 400 });
    expect(summary(record)).toMatchObject({ ok: true, outcome: 'cutover', serving: 'green', violations: [] });
  },
);

test.each([
  ['Fence:abort', 'blue'],
  ['Evict:abort', 'blue'],
  ['Drain:kill-agent', 'green'],
] as const)('after %s clients are on %s, and everything is as it was', isAsItWas);

onDemand.each([
  ['Quiesce:abort', 'blue'],
  ['Switch:abort', 'blue'],
  ['Switch:kill-green', 'blue'],
  ['Resume:abort', 'green'],
  ['Replicate:kill-agent', 'green'],
] as const)('after %s clients are on %s, and everything is as it was', isAsItWas);

async function isAsItWas(fault: string, serving: Side): Promise<void> {
  const record = await perform(fenced, { faults: [fault] });
  expect(summary(record)).toEqual({ ...WELL, outcome: serving === 'green' ? 'cutover' : 'rolledBack', serving });
}
