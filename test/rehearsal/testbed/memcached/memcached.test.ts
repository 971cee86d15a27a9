import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { valueIn } from '../../../../rehearsal/clients/figure';
import { onDemand } from '../on-demand';
import { perform, summary } from '../perform';
import { synthesizeMemcached } from './memcached-app';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-memcached-'));
const assembly = synthesizeMemcached(join(folder, 'app'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WELL = { ok: true, lost: 0, violations: [] };

test('clients go there and back, and green fills itself meanwhile', async () => {
  const record = await perform(assembly, { action: 'rollback', keys: 500 });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
  const { list, sides } = record.figures;
  expect([sides[0]?.side, sides.at(-1)?.side]).toEqual(['blue', 'blue']);
  expect(sides.map(({ side }) => side)).toContain('green');
  const [first, last] = [valueIn(list, 'hitPercentGreenFirst'), valueIn(list, 'hitPercentGreenLast')];
  expect(last).toBeGreaterThan(first ?? 100);
});

test('an alarm during the weights takes clients back to blue', async () => {
  const record = await perform(assembly, { faults: ['Canary:alarm'], keys: 500 });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
});

onDemand.each([
  ['Switch:abort', 'rolledBack', 'blue'],
  ['Switch:kill-green', 'rolledBack', 'blue'],
  ['Evict:abort', 'rolledBack', 'blue'],
  ['Evict:kill-agent', 'cutover', 'green'],
  ['Watch:alarm', 'rolledBack', 'blue'],
] as const)('%s ends with clients wholly on one side', async (fault, outcome, serving) => {
  const record = await perform(assembly, { faults: [fault], keys: 500 });
  expect(summary(record)).toEqual({ ...WELL, outcome, serving });
});
