import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conversion } from '../../../lib';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import type { RehearseOptions } from '../../../rehearsal/testbed/rehearse';
import { synthesizeConverting } from './database-under-test';
import { onDemand } from './on-demand';
import { agentArguments, LEAST, OfTheAgent, perform, told, WHOLE } from './perform';

// The first run fetches packages and makes data directories.
jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'converting-test-'));
const converting = synthesizeConverting(join(folder, 'converting'));
const index = (name: string, ...columns: string[]) =>
  Conversion.addIndex({ table: 'shop.visits', name, columns, unique: true });
const doubled = synthesizeConverting(join(folder, 'doubled'), [Conversion.toInnoDb(), index('one_page', 'page')]);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With what each execution said that did not succeed. */
async function rehearse(options: Partial<RehearseOptions>, assembly = converting) {
  const notes: string[] = [];
  const record = await perform(assembly, {
    turnsPerSecond: 100,
    onNote: (line) => notes.push(line),
    ...options,
  });
  return { ...record, said: notes.filter((line) => / ended (FAILED|ABORTED)/.test(line)) };
}

/** Drains give up soon: what is broken on purpose does not mend itself. */
function soon(definition: Record<string, unknown>): void {
  for (const [name, args] of agentArguments(definition)) {
    if (/Wait until nothing is left to apply|Prove that nobody has written since/.test(name)) args.timeoutSeconds = 5;
    if (name.startsWith('Wait until the lag is small')) args.timeoutSeconds = 20;
  }
}

const statuses = ({ result }: Pick<RehearsalRecord, 'result'>) =>
  result.executions.map(({ action, status }) => `${action} ${status}`);

test('MyISAM and compressed tables are converted while clients go on, who go over and back with every transaction', async () => {
  const agent = new OfTheAgent();
  const { result, figures, said } = await rehearse({ action: 'rollback', follower: agent.follower });
  expect(agent.findings).toEqual(LEAST);
  expect(said).toEqual([]);
  expect(statuses({ result })).toEqual(['prepare SUCCEEDED', 'cutover SUCCEEDED', 'rollback SUCCEEDED']);
  expect(told(result)).toMatchObject({ outcome: 'cutover', serving: 'blue', clients: WHOLE, data: { mismatches: 0 } });
  expect(result.invariants.violations).toEqual([]);
  expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
});

onDemand('a prepare that is stopped is recovered, and the next one goes on', async () => {
  const { result, said } = await rehearse({ faults: ['Convert the next table: agent:abort@prepare'] });
  expect(said).toEqual([expect.stringMatching(/^prepare ended ABORTED/)]);
  expect(statuses({ result })).toEqual([
    ...['prepare ABORTED', 'recover SUCCEEDED', 'prepare SUCCEEDED', 'cutover SUCCEEDED'],
  ]);
  expect(told(result)).toMatchObject({ ok: true, serving: 'green', clients: WHOLE, data: { mismatches: 0 } });
});

onDemand('an agent that dies while it converts is none that anything is lost by', async () => {
  const { result } = await rehearse({ faults: ['Convert the next table: agent:kill-agent@prepare'] });
  expect(told(result)).toMatchObject({ ok: true, serving: 'green', clients: WHOLE, data: { mismatches: 0 } });
});

onDemand('an index that the rows do not allow is named, replication is on again, and nobody is moved', async () => {
  const { result, said } = await rehearse({ action: 'prepare' }, doubled);
  expect(said[0]).toMatch(
    /^prepare ended FAILED: Prepare: Agent\.\w+: .*one_page.*rows are alike.* -- Clients are on blue, and the converting replica replicates again/,
  );
  expect(told(result)).toMatchObject({ serving: 'blue', clients: WHOLE, data: { mismatches: 0 } });
});

onDemand.each(['write', 'lose-log', 'kill'])(
  '%s-converting once nobody writes: what has arrived is not taken for all that there is, and the replica is named',
  async (harm) => {
    const { result, said } = await rehearse({ faults: [`Drain:${harm}-converting@cutover`], alter: soon });
    expect([result.outcome, result.serving]).toEqual(['rolledBack', 'blue']);
    expect(said.at(-1)).toMatch(/the converting replica/);
    expect(told(result).clients).toMatchObject(WHOLE);
    expect(result.invariants.violations).toEqual([]);
  },
);

onDemand.each<[string, RegExp]>([
  ['stop-converting', /the converting replica/],
  ['lag-converting', /the converting replica/],
  ['write-converting', /the converting replica/],
  ['lose-log-converting', /the converting replica/],
  ['kill-converting', /the converting replica/],
])('%s while clients still write: nobody is moved, and the converting replica is named', async (kind, named) => {
  const { result, said } = await rehearse({ faults: [`Quiesce:${kind}@cutover`], alter: soon });
  expect([result.outcome, result.serving]).toEqual(['rolledBack', 'blue']);
  expect(said.at(-1)).toMatch(named);
  expect(told(result).clients).toMatchObject(WHOLE);
  expect(result.invariants.violations).toEqual([]);
});
