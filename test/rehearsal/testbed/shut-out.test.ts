import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import { renderHtml } from '../../../rehearsal/report/html';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { summary as inTerminal } from '../../../rehearsal/report/terminal/summary';
import { allStates } from '../../../rehearsal/testbed/migration';
import { synthesizeMigration } from './app-under-test';
import { synthesizeClone, synthesizeManaged, synthesizePromotion } from './database-under-test';
import { synthesizeMemcached } from './memcached/memcached-app';
import { onDemand } from './on-demand';
import { perform, told } from './perform';

jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cache = (consistency: CacheConsistency) =>
  synthesizeMigration(join(folder, consistency), consistency, () => [], 'nobody');
const fenced = cache(CacheConsistency.FENCED);

/** Has the preflight go on with errors. */
function force(definition: Record<string, unknown>): void {
  const judge = stateOf(definition, 'Did the preflight find errors?');
  const errors = (judge.Choices as { Next: string; Condition: string }[]).find(
    ({ Next }) => Next === 'The preflight found errors',
  );
  if (errors === undefined) throw new Error('The preflight judges nothing.');
  errors.Condition = '{% $found.errors < 0 %}';
}

test('a green that lets nobody in fails in the preflight, and nothing is changed', async () => {
  const { result } = await perform(fenced);
  expect(told(result)).toMatchObject({
    ok: false,
    outcome: 'rolledBack',
    serving: 'blue',
    cutover: { writeOutageMs: 0 },
  });
  expect(result.reason).toMatch(
    /^Preflight: PreflightFailed: clients\.shut-out: sg-\w+ \(Applications\) may connect to blue, and not to green/,
  );
  expect(result.assumed).toEqual([expect.stringMatching(/puts blue's clients into a made-up group, sg-\w+\.$/)]);
});

/** Whether an outage that does not end is told wherever somebody looks. */
function expectRed(record: RehearsalRecord): void {
  expect(told(record.result)).toMatchObject({
    ok: false,
    serving: 'green',
    clients: { longestWriteGapMs: 'without end' },
    cutover: { writeOutageMs: 'without end' },
  });
  const terminal = inTerminal(record, [])
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');
  expect(terminal).toMatch(/points to green\. Shut out: .*Not fit for production/s);
  expect(terminal).toMatch(/Write outage +without end\n/);
  expect(terminal).toMatch(/Longest write gap +without end\n/);
  expect(renderHtml(record)).toMatch(/In the end no client could write.*without end/s);
}

test('past its preflight, an outage that does not end is told wherever somebody looks', async () => {
  const record = await perform(fenced, { alter: force });
  expectRed(record);
  expect(record.result.invariants.violations).toContainEqual({
    invariant: 9,
    what: expect.stringMatching(
      /^web: no writes on green since .*; the last were on blue\. Of \d+ operations .* failed\.$/,
    ),
  });
  expect(told(record.result).groups).toMatchObject([
    { shutOut: [{ access: 'writes', lastSide: 'blue' }] },
    { name: 'service watcher' },
  ]);
});

/** What clients of a database are shut out of: readers have a name of their own. */
const OF_DATABASE = { name: 'site', shutOut: ['reads', 'writes'], settings: { turnsPerSecond: 150 } };
const OF_CACHE = { name: 'web', shutOut: ['writes'], settings: {} };
const OF_MEMCACHED = { ...OF_CACHE, shutOut: ['reads', 'writes'] };

describe.each<[string, typeof OF_DATABASE | typeof OF_CACHE, (outdir: string) => string]>([
  ['at LIVE', OF_CACHE, (outdir) => synthesizeMigration(outdir, CacheConsistency.LIVE, () => [], 'nobody')],
  ['at COLD', OF_CACHE, (outdir) => synthesizeMigration(outdir, CacheConsistency.COLD, () => [], 'nobody')],
  ['of Memcached', OF_MEMCACHED, (outdir) => synthesizeMemcached(outdir, 'nobody')],
  ['with a promoted replica', OF_DATABASE, (outdir) => synthesizePromotion(outdir, { admitted: 'nobody' })],
  ['with a replica of the binary log', OF_DATABASE, (outdir) => synthesizeClone(outdir, [], 'nobody')],
])('a migration %s', (title, { name, shutOut, settings }, synthesize) => {
  const assembly = () => synthesize(join(folder, title, expect.getState().currentTestName ?? ''));

  onDemand('whose green lets nobody in fails in its preflight', async () => {
    const { result } = await perform(assembly(), settings);
    expect(told(result)).toMatchObject({ ok: false, serving: 'blue', cutover: { writeOutageMs: 0 } });
    expect(result.reason).toMatch(
      /^Preflight: PreflightFailed: clients\.shut-out: sg-\w+ .*may connect to blue, and not to/,
    );
  });

  onDemand('is red when it is forced past its preflight', async () => {
    const record = await perform(assembly(), { ...settings, alter: force });
    expectRed(record);
    const clients = record.result.groups.find((group) => group.name === name);
    expect(clients?.shutOut.map(({ access }) => access)).toEqual(shutOut);
  });
});

/** Has somebody put a green that RDS made into the group that only the host and the other side may enter, once it was tried. */
function takeGroupsAway(definition: Record<string, unknown>): void {
  const [closed] =
    /sg-[0-9a-f]+/.exec(JSON.stringify(stateOf(definition, 'Evict: change the security groups of blue'))) ?? [];
  Object.assign(stateOf(definition, 'Canary: green admits whom blue admits'), {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:rds:modifyDBCluster',
    Arguments: { DbClusterIdentifier: '{% $green.id %}', VpcSecurityGroupIds: [closed] },
  });
}

/** Has the cutover go on all the same. */
function forceSwitch(definition: Record<string, unknown>): void {
  const lacks = stateOf(definition, 'Switch: does green lack security groups of blue?');
  for (const choice of lacks.Choices as { Condition: string }[]) choice.Condition = '{% false %}';
}

function stateOf(definition: Record<string, unknown>, name: string): Record<string, unknown> {
  const state = allStates(definition as Parameters<typeof allStates>[0]).get(name);
  if (state === undefined) throw new Error(`There is no state '${name}'.`);
  return state as Record<string, unknown>;
}

describe('a green that RDS made, whose security groups somebody took away', () => {
  const managed = () => synthesizeManaged(join(folder, expect.getState().currentTestName ?? ''));

  onDemand('ends the cutover before the switchover', async () => {
    const { result } = await perform(managed(), { turnsPerSecond: 150, alter: takeGroupsAway });
    expect(told(result)).toMatchObject({ ok: false, outcome: 'rolledBack', serving: 'blue' });
    expect(result.reason).toMatch(/^Switch: ClientsShutOut: Clients may connect to blue by sg-0123456789abcdef0/);
    expect(result.groups.flatMap(({ shutOut }) => shutOut)).toEqual([]);
  });

  onDemand('is red when the cutover is forced past that', async () => {
    const record = await perform(managed(), {
      turnsPerSecond: 150,
      alter: (definition) => {
        takeGroupsAway(definition);
        forceSwitch(definition);
      },
    });
    expectRed(record);
  });
});
