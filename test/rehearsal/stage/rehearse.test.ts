import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { type RehearseOptions, rehearse } from '../../../rehearsal/stage/rehearse';
import { synthesizeMigration } from './app-under-test';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const fenced = synthesizeMigration(join(folder, 'fenced'), CacheConsistency.FENCED);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function perform(options: Partial<RehearseOptions> = {}): Promise<RehearsalRecord> {
  return rehearse({
    assembly: fenced,
    action: 'cutover',
    seed: '1',
    keys: 2_000,
    turnsPerSecond: 200,
    faults: [],
    byHand: false,
    hurry: true,
    onLive: () => undefined,
    onNote: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

function summary({ result }: RehearsalRecord) {
  const { ok, outcome, serving, clients, invariants } = result;
  return {
    ok,
    outcome,
    serving,
    lost: clients.lostWrites,
    locks: clients.lockViolations,
    violations: invariants.violations,
  };
}

const well = { ok: true, lost: 0, locks: 0, violations: [] };

test('a fenced cutover moves users with nothing lost', async () => {
  const record = await perform();
  expect(summary(record)).toEqual({ ...well, outcome: 'cutover', serving: 'green' });
  expect(record.result.data.mismatches).toBe(0);
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

test('an alarm in the watch takes users back, with what they wrote on green', async () => {
  const record = await perform({ faults: ['Watch:alarm'] });
  expect(summary(record)).toEqual({ ...well, outcome: 'rolledBack', serving: 'blue' });
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
});

test.each([
  ['Quiesce:abort', 'blue'],
  ['Fence:abort', 'blue'],
  ['Switch:abort', 'blue'],
  ['Switch:kill-green', 'blue'],
  ['Evict:abort', 'blue'],
  ['Resume:abort', 'green'],
  ['Replicate:kill-agent', 'green'],
  ['Drain:kill-agent', 'green'],
])('after %s users are on %s, and everything is as it was', async (fault, serving) => {
  const record = await perform({ faults: [fault] });
  expect(summary(record)).toEqual({ ...well, outcome: serving === 'green' ? 'cutover' : 'rolledBack', serving });
});

test('users go back in an execution of its own, with what they wrote meanwhile', async () => {
  const record = await perform({ action: 'back' });
  expect(summary(record)).toEqual({ ...well, outcome: 'cutover', serving: 'blue' });
});

test.each([CacheConsistency.LIVE, CacheConsistency.COLD])(
  'at %s users are moved, and nothing that was promised is lost',
  async (consistency) => {
    const record = await perform({ assembly: synthesizeMigration(join(folder, consistency), consistency) });
    expect(summary(record)).toMatchObject({ outcome: 'cutover', serving: 'green', violations: [] });
  },
);

test('a definition without its fence is found out', async () => {
  const record = await perform({
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
