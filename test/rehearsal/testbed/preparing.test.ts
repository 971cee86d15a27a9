import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conversion } from '../../../lib';
import { loadAssembly } from '../../../rehearsal/assembly';
import { planRun } from '../../../rehearsal/chaos/plan';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { faultText } from '../../../rehearsal/testbed/faults/injected-fault';
import { faultSites } from '../../../rehearsal/testbed/faults/sites';
import { findMigration } from '../../../rehearsal/testbed/migration';
import type { RehearseOptions } from '../../../rehearsal/testbed/rehearse';
import { beyondReading } from '../../agent/mysql/converting/only-reads';
import { synthesizeConverting } from './database-under-test';
import { onDemand } from './on-demand';
import { perform, told, WHOLE } from './perform';
import { watchBlue } from './statements-on-blue';

jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'preparing-test-'));
const converting = synthesizeConverting(join(folder, 'converting'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => jest.restoreAllMocks());

/** With what each execution said that did not succeed, and all that the agent has had blue do. */
async function prepare(options: Partial<RehearseOptions>, assembly = converting) {
  const notes: string[] = [];
  const statements = watchBlue();
  const record = await perform(assembly, {
    ...{ action: 'prepare', rows: 3_000, turnsPerSecond: 60, onNote: (line: string) => notes.push(line) },
    ...options,
  });
  expect(statements.length).toBeGreaterThan(0);
  return { ...record, statements, said: notes.filter((line) => / ended (FAILED|ABORTED)/.test(line)) };
}

const statuses = ({ result }: Pick<RehearsalRecord, 'result'>) =>
  result.executions.map(({ action, status }) => `${action} ${status}`);

const ON_BLUE = { serving: 'blue', clients: WHOLE, data: { mismatches: 0 }, invariants: { violations: [] } };

/** Each is entered before a table is rebuilt. */
const FIRST = 'List what to convert';

onDemand.each([
  ['lock-converting', /kept the agent waiting for a lock.*rds_kill.*Its replication runs again/],
  ['fill-converting', /StorageTooSmall: .* needs \d+ MiB free.*State a larger allocatedStorage/],
])(
  '%s: a prepare that fails says why and that the replica replicates again, and the next one converts everything',
  async (kind, why) => {
    const { result, said, statements } = await prepare({ faults: [`${FIRST}:${kind}@prepare`] });
    expect(said).toEqual([expect.stringMatching(why)]);
    expect(said[0]).toMatch(/ -- Clients are on blue, and the converting replica replicates again/);
    expect(statuses({ result })).toEqual(['prepare FAILED', 'prepare SUCCEEDED']);
    expect(told(result)).toMatchObject({ ok: true, ...ON_BLUE });
    expect(beyondReading(statements)).toEqual([]);
  },
);

onDemand(
  'write-converting: nothing is converted where somebody else has written, and the replica is named',
  async () => {
    const { result, said, statements } = await prepare({ faults: [`Prepare:write-converting@prepare`] });
    expect(said.at(-1)).toMatch(/the converting replica/);
    expect(told(result)).toMatchObject({ serving: 'blue', clients: WHOLE, invariants: { violations: [] } });
    expect(beyondReading(statements)).toEqual([]);
  },
);

onDemand(
  'a column that a statement changes, as declared, keeps nobody from going over with every transaction',
  async () => {
    const statement = 'ALTER TABLE shop.visits MODIFY COLUMN seconds INT NOT NULL DEFAULT 0';
    const assembly = synthesizeConverting(join(folder, 'columns'), [
      ...[Conversion.toInnoDb(), Conversion.toDynamic()],
      Conversion.statements([statement], { changesColumns: true }),
    ]);
    const { result, said } = await prepare({ action: 'cutover' }, assembly);
    expect(said).toEqual([]);
    expect(statuses({ result })).toEqual(['prepare SUCCEEDED', 'cutover SUCCEEDED']);
    expect(told(result)).toMatchObject({ ok: true, serving: 'green', clients: WHOLE });
  },
);

/** As chaos draws them, of those that look at prepare. */
async function plans(wanted: number) {
  const sites = await faultSites(findMigration(loadAssembly(converting)));
  const found: { seed: string; faults: string[]; staleReads: boolean }[] = [];
  for (let number = 1; found.length < wanted; number++) {
    const seed = `prepare-${number}`;
    const { action, faults, staleReads } = planRun(sites, seed);
    if (action === 'prepare') found.push({ seed, faults: faults.map(faultText), staleReads });
  }
  return found;
}

onDemand.each(Array.from({ length: 20 }, (_, index) => index))(
  'with random faults, run %i: clients notice nothing, blue is only read, and what is left is said',
  async (index) => {
    const plan = (await plans(index + 1))[index];
    const { result, said, statements } = await prepare({ ...plan, limitMs: 300_000 });
    const { ok, ...rest } = told(result);
    expect({ plan, said, ok, ...rest }).toMatchObject({
      ok: true,
      serving: 'blue',
      clients: WHOLE,
      invariants: { violations: [] },
    });
    expect(beyondReading(statements)).toEqual([]);
    // What fails says so: nothing that is half done is called done.
    for (const each of said) expect(each).toMatch(/on blue|Nothing was changed|ABORTED/);
    const harmed = plan?.faults.some((fault) => /:(write|lose-log)-converting@/.test(fault));
    if (harmed !== true) expect(statuses({ result }).at(-1)).toBe('prepare SUCCEEDED');
  },
);
