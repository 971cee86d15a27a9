import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { valuesOf } from '../figure-values';
import { synthesizePromotion } from './database-under-test';
import { perform, told, WHOLE } from './perform';

// The first run fetches packages and makes data directories.
jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const assembly = synthesizePromotion(folder, { canary: 'narrow at first' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('readers are answered on one instance, behind an endpoint, and then everywhere, with every transaction', async () => {
  const { result, figures } = await perform(assembly, { turnsPerSecond: 100, action: 'cutover' });
  expect(told(result)).toMatchObject({ outcome: 'cutover', serving: 'green', clients: WHOLE, data: { mismatches: 0 } });
  expect(result.invariants.violations).toEqual([]);
  expect(valuesOf(figures.list)).toMatchObject({ 'readsAnswered.green': expect.any(Number) });
});

test('a query that kills an instance of the narrow steps sends readers back, and nobody on blue notices', async () => {
  const entered: string[] = [];
  const record = await perform(assembly, {
    // No more than a machine with other suites on it answers in time: whose reads fail is what is asked.
    turnsPerSecond: 40,
    follower: { stateEntered: ({ name }) => entered.push(name) },
    faults: ['Give green reader weight 50 of 100 on one instance:crash-green'],
  });
  expect(entered).toContain('Wait while green has reader weight 50 of 100 on one instance');
  // When a report asks its query is chance: on the one instance, or while the next step is baked.
  expect(entered).not.toContain('Give green reader weight 80 of 100');
  expect(entered).not.toContain('Journal: Fence begins');
  expect(record.incidents.map(({ what }) => what)).toContain('green has crashed');
  expect(told(record.result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(record.result.reason).toMatch(/^Canary: /);
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue']);
  expect(valuesOf(record.figures.list)).toMatchObject({ 'readsFailed.blue': 0 });
});
