import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../lib';
import { renderHtml } from '../../../rehearsal/report/html';
import { summary as inTerminal } from '../../../rehearsal/report/terminal/summary';
import { allStates } from '../../../rehearsal/testbed/migration';
import { synthesizeMigration } from './app-under-test';
import { synthesizePromotion } from './database-under-test';
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
  const states = allStates(definition as Parameters<typeof allStates>[0]);
  const judge = states.get('Did the preflight find errors?') as
    | { Choices?: { Next: string; Condition: string }[] }
    | undefined;
  const errors = judge?.Choices?.find(({ Next }) => Next === 'The preflight found errors');
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

test('past its preflight, an outage that does not end is told wherever somebody looks', async () => {
  const record = await perform(fenced, { alter: force });
  const { result } = record;
  expect(told(result)).toMatchObject({ ok: false, serving: 'green', cutover: { writeOutageMs: 'without end' } });
  expect(result.invariants.violations).toContainEqual({
    invariant: 9,
    what: 'web: no writes on green since the executions ended; the last were on blue.',
  });
  const terminal = inTerminal(record, [])
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');
  expect(terminal).toMatch(/points to green\. Shut out: web, service watcher\. Not fit for production/);
  expect(terminal).toMatch(/Write outage +without end\n/);
  expect(terminal).toMatch(/Longest write gap +without end\n/);
  expect(renderHtml(record)).toMatch(/In the end no client could write.*without end/s);
  expect(told(result)).toMatchObject({
    ok: false,
    clients: { longestWriteGapMs: 'without end' },
    cutover: { writeOutageMs: 'without end' },
    groups: [{ shutOut: [{ access: 'writes', lastSide: 'blue' }] }, { name: 'service watcher' }],
  });
});

const RED = { ok: false, serving: 'green', cutover: { writeOutageMs: 'without end' } };

onDemand.each([CacheConsistency.LIVE, CacheConsistency.COLD])('at %s it is red too', async (consistency) => {
  expect(told((await perform(cache(consistency), { alter: force })).result)).toMatchObject(RED);
});

onDemand('with a promoted replica both writes and reads are missed', async () => {
  const promotion = synthesizePromotion(join(folder, 'promotion'), { admitted: 'nobody' });
  const { result } = await perform(promotion, { turnsPerSecond: 150, alter: force });
  expect(told(result)).toMatchObject(RED);
  const site = result.groups.find(({ name }) => name === 'site');
  expect(site?.shutOut.map(({ access }) => access)).toEqual(['reads', 'writes']);
});
