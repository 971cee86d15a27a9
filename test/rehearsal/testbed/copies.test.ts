import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import type { RehearseOptions } from '../../../rehearsal/testbed/rehearse';
import { synthesizeClone, synthesizeRestored } from './database-under-test';
import { onDemand } from './on-demand';
import { agentArguments, perform, told, WHOLE } from './perform';

// The first run fetches packages and makes data directories.
jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
/** The old words for replication, and a position that the app states. */
const clone = synthesizeClone(join(folder, 'clone'));
/** The new ones, and a position that RDS tells. */
const restored = synthesizeRestored(join(folder, 'restored'));
const COPIES = { clone, restored } as const;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function move(assembly: string, options: Partial<RehearseOptions> = {}): Promise<RehearsalRecord> {
  return perform(assembly, { turnsPerSecond: 150, ...options });
}

const ON_GREEN = { ok: true, outcome: 'cutover', serving: 'green', clients: WHOLE, data: { mismatches: 0 } };
/** A copy that did not get to follow is not compared. */
const ON_BLUE = { ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE };

test('clients of a database go over to its restored copy, which follows from where RDS says', async () => {
  const { result, figures, engines } = await move(restored);
  expect(told(result)).toMatchObject({ ...ON_GREEN, invariants: { violations: [] } });
  // One engine plays both: which versions it stands in for is said.
  expect(engines.blue).toMatch(/^MySQL .* for aurora-mysql 8\.0\.mysql_aurora\.3\.08\.2$/);
  expect(engines.green).toMatch(/^MySQL .* for aurora-mysql 8\.4\.mysql_aurora\.8\.4\.7$/);
  expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green']);
});

onDemand.each(['clone', 'restored'] as const)(
  'a copy that follows is left again with every transaction: %s',
  async (copy) => {
    const notes: string[] = [];
    const { result, figures } = await move(COPIES[copy], { action: 'rollback', onNote: (line) => notes.push(line) });
    expect(told(result)).toMatchObject({ ...ON_GREEN, serving: 'blue', invariants: { violations: [] } });
    expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
    // What a rehearsal puts in place of what the app says is said.
    const begins = notes.filter((line) =>
      line.startsWith('The app has green begin at mysql-bin-changelog.000042:4278;'),
    );
    expect(begins).toHaveLength(copy === 'clone' ? 1 : 0);
  },
);

onDemand.each([
  ['clone', 'Replicate:abort'],
  ['clone', 'Replicate the old side to the new side:kill-agent'],
  ['clone', 'Promote:abort'],
  ['restored', 'Reverse:abort'],
  ['clone', 'Shift the DNS record to the new side:denied'],
  ['clone', 'Verify:kill-agent'],
] as const)('a copy that follows is as it was after a failure: %s, %s', async (copy, fault) => {
  const { result } = await move(COPIES[copy], { faults: [fault] });
  expect(told(result)).toMatchObject({ ok: true, clients: WHOLE, invariants: { violations: [] } });
  expect(told(result)).toMatchObject(result.outcome === 'cutover' ? ON_GREEN : ON_BLUE);
});

onDemand.each(['Replicate:kill-green', 'Drain:kill-green'])(
  'a copy that is gone leaves clients on blue: %s',
  async (fault) => {
    const { result } = await move(clone, { faults: [fault] });
    expect(told(result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  },
);

onDemand('a copy that begins too early is found before anything is stopped', async () => {
  const { result } = await move(clone, { alter: beginAt(`$merge([$begin, {'position': 4}])`) });
  expect(told(result)).toMatchObject({ outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(result.reason).toMatch(
    /^Replicate: Agent\.\w+: .*what came is there already: green began to follow at a position before/,
  );
});

onDemand('a copy that begins too late is found before anything is stopped', async () => {
  // Where blue stands by then, with what clients have written since the copy.
  const { result } = await move(clone, { alter: beginAt(undefined) });
  expect(told(result)).toMatchObject({ outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(result.reason).toMatch(
    /^Replicate: (Mismatch: \d+ differences, .*only on blue.*Rows that green lacks: it began|Agent\.\w+: .*is not there: green began)/,
  );
});

/** @param position - JSONata. Absent: where blue stands */
function beginAt(position: string | undefined) {
  return (definition: Record<string, unknown>) => {
    const args = agentArguments(definition).get('Replicate the old side to the new side: agent');
    if (args === undefined) throw new Error('No state has green follow.');
    if (position === undefined) delete args.position;
    else args.position = `{% ${position.replace('$begin', '$journal.begin')} %}`;
  };
}
