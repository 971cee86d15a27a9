import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import type { RehearseOptions } from '../../../rehearsal/testbed/rehearse';
import { valuesOf } from '../figure-values';
import { synthesizeManaged, synthesizeManagedPostgresql, synthesizePromotion } from './database-under-test';
import { onDemand } from './on-demand';
import { LEAST, OfTheAgent, perform, told, WHOLE } from './perform';

// The first run fetches packages and makes data directories.
jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const promotion = synthesizePromotion(join(folder, 'promotion'));
const managed = synthesizeManaged(join(folder, 'managed'));
const postgresql = synthesizeManagedPostgresql(join(folder, 'postgresql'));
const nameless = synthesizeManagedPostgresql(join(folder, 'nameless'), 'without readers’ name');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function promote(options: Partial<RehearseOptions>): Promise<RehearsalRecord> {
  return perform(promotion, { turnsPerSecond: 150, ...options });
}

test('clients of a database go over to its promoted replica, and back, with every transaction', async () => {
  const agent = new OfTheAgent();
  const { result, figures } = await promote({ action: 'rollback', follower: agent.follower });
  expect(agent.findings).toEqual(LEAST);
  expect(told(result)).toMatchObject({ outcome: 'cutover', serving: 'blue', clients: WHOLE, data: { mismatches: 0 } });
  expect(result.invariants.violations).toEqual([]);
  expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
  expect(valuesOf(figures.list)).toMatchObject({ 'readsAnswered.green': expect.any(Number) });
});

onDemand('a green that a query kills on real data is out of service before anybody writes to it', async () => {
  const tried = synthesizePromotion(join(folder, 'tried'), { report: true });
  const record = await perform(tried, { turnsPerSecond: 150, faults: ['Canary:crash-green'] });
  expect(told(record.result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(record.incidents.map(({ what }) => what)).toContain('green has crashed');
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue']);
  // Anyone who was not sent to green noticed nothing.
  expect(valuesOf(record.figures.list)).toMatchObject({ 'readsFailed.blue': 0 });
});

test('RDS gives green blue’s names, and clients go back to blue with every transaction', async () => {
  const agent = new OfTheAgent();
  const { result, figures } = await perform(managed, {
    turnsPerSecond: 150,
    action: 'rollback',
    follower: agent.follower,
  });
  // Green is not there yet when it is asked for.
  expect(agent.findings).toEqual(LEAST.slice(0, 1));
  expect(result.invariants.violations).toEqual([]);
  expect(told(result)).toMatchObject({ ok: true, outcome: 'cutover', serving: 'blue', clients: WHOLE });
  expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
  // While it was tried it had a name of its own.
  expect(valuesOf(figures.list)).toMatchObject({ 'readsAnswered.green': expect.any(Number) });
});

test('replication left over from an earlier maintenance is found before anything is stopped', async () => {
  const { result } = await perform(managed, { turnsPerSecond: 50, faults: ['Preflight:leftover-replication'] });
  expect(result).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue' });
  expect(result.reason).toMatch(
    /external-replication\.blue: .*192\.0\.2\.1:3306.*CALL mysql\.rds_reset_external_master/,
  );
});

onDemand('replication that comes up later fails the switchover, and everything is put back', async () => {
  const { result } = await perform(managed, { turnsPerSecond: 50, faults: ['Switch:leftover-replication'] });
  expect(told(result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(result.reason).toMatch(/SWITCHOVER_FAILED: Switchover was canceled due to external replication/);
});

test('PostgreSQL goes over to another major version by logical replication, clients lose nothing, and nobody goes back', async () => {
  const agent = new OfTheAgent();
  const { result, figures, engines } = await perform(postgresql, {
    turnsPerSecond: 150,
    action: 'rollback',
    follower: agent.follower,
  });
  expect(agent.findings).toEqual([]);
  expect(engines).toEqual({
    blue: expect.stringMatching(/^PostgreSQL 15/),
    green: expect.stringMatching(/^PostgreSQL 17/),
  });
  expect(told(result)).toMatchObject({ outcome: 'rolledBack', serving: 'green', clients: WHOLE });
  expect(result.reason).toMatch(/no rollback from a switchover .* -- Nothing was changed\.$/);
  expect(result.invariants.violations).toEqual([]);
  expect(figures.sides.map(({ side }) => side)).toEqual(['blue', 'green']);
  // Sequences go on where they were; while green was tried it had a name of its own.
  expect(valuesOf(figures.list)).toMatchObject({ ordersDoubled: 0, 'readsAnswered.green': expect.any(Number) });
});

onDemand('DDL on a PostgreSQL that is replicated fails the switchover, and everything is put back', async () => {
  const { result } = await perform(nameless, { turnsPerSecond: 50, faults: ['Switch:ddl-on-blue'] });
  expect(told(result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(result.reason).toMatch(
    /SWITCHOVER_FAILED: .*\(DDL\).*public\.visits in the database shop.*REPLICATION_DEGRADED/,
  );
});

onDemand('a subscription left over on PostgreSQL is found before anything is stopped', async () => {
  const { result } = await perform(nameless, { turnsPerSecond: 50, faults: ['Preflight:leftover-replication'] });
  expect(result).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue' });
  expect(result.reason).toMatch(/external-replication: .*DROP SUBSCRIPTION "earlier_maintenance"/);
});

onDemand('a query that brings a green of PostgreSQL down is noticed before anybody writes to it', async () => {
  const record = await perform(postgresql, { turnsPerSecond: 150, faults: ['Canary:crash-green'] });
  expect(told(record.result)).toMatchObject({ ok: true, outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
  expect(record.incidents.map(({ what }) => what)).toContain('green has crashed');
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue']);
  expect(valuesOf(record.figures.list)).toMatchObject({ 'readsFailed.blue': 0 });
});
