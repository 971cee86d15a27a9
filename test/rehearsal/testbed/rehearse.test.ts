import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import { synthesizeMigration } from './app-under-test';
import { onDemand } from './on-demand';
import { perform, summary, told, WELL } from './perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const fenced = synthesizeMigration(join(folder, 'fenced'), CacheConsistency.FENCED);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a fenced cutover moves clients with nothing lost', async () => {
  const record = await perform(fenced);
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'green' });
  expect(told(record.result).data.mismatches).toBe(0);
  expect(record.result.cutover.phases.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Preflight',
      'Replicate',
      'Quiesce',
      'Fence',
      'Drain',
      'Verify',
      'Reverse',
      'Switch',
      'Evict',
    ]),
  );
});

test('clients go back in an execution of its own, with what they wrote meanwhile', async () => {
  const record = await perform(fenced, { action: 'rollback' });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
});

test('at LIVE clients are moved, and nothing that was promised is lost', () => isMoved(CacheConsistency.LIVE));

onDemand('at COLD clients are moved by their shares', () => isMoved(CacheConsistency.COLD));

test('a definition without its fence is found out', async () => {
  const record = await perform(fenced, {
    alter: (definition) => {
      const states = definition.States as Record<string, { Branches?: unknown }>;
      const fence = states.Fence;
      if (fence === undefined) throw new Error('The definition has no phase Fence.');
      fence.Branches = [{ StartAt: 'No fence', States: { 'No fence': { Type: 'Pass', End: true } } }];
    },
  });
  expect(record.result.ok).toBe(false);
  expect(record.result.invariants.violations.map(({ invariant }) => invariant)).toContain(2);
});

async function isMoved(consistency: CacheConsistency): Promise<void> {
  const record = await perform(synthesizeMigration(join(folder, consistency), consistency));
  expect(summary(record)).toMatchObject({ outcome: 'cutover', serving: 'green', violations: [] });
}
