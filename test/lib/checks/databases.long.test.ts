import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy, Check, CheckTime, DatabaseEngine, type ICheck } from '../../../lib';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { parseDefinition } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../aurora/database-cloud';
import { BLUE_GROUP, Databases } from '../aurora/databases-under-test';
import { putCloneWithPosition, putManaged, putReplica } from '../aurora/existing-databases';
import { afterFailureOf, stateOf, successorsOf } from '../cutover/machine/definition-walk';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;

const CHECKS: ICheck[] = Object.values(CheckTime).flatMap((when) => [
  Check.http({ name: `login ${when}`, when, url: 'http://shop.internal.example/login', owner: 'shop team' }),
  Check.confirm({ name: `person ${when}`, when, instructions: 'Look at an order.' }),
]);

interface Strategy {
  readonly migrate: (databases: Databases) => unknown;
  readonly put: (rds: Rds) => void;
}

const quickly = (databases: Databases) => ({
  ...databases.everything(),
  readerWeights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.seconds(1) }],
  watch: Duration.seconds(1),
  checks: CHECKS,
});

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  promoteReplica: { migrate: (databases) => databases.promote(quickly(databases)), put: putReplica },
  binlogReplica: {
    migrate: (databases) => databases.follow({ ...quickly(databases), strategy: AuroraStrategy.binlogReplica() }),
    put: putCloneWithPosition,
  },
  managedBlueGreen: { migrate: (databases) => databases.manage(quickly(databases)), put: putManaged },
};

describe.each(Object.entries(STRATEGIES))('with %s', (_, { migrate, put }) => {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();

  test('all that is well lets clients stay on green', async () => {
    const cloud = await DatabaseCloud.of(assembly, put);
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
    expect(result.output).toMatchObject({
      phases: {
        Check: {
          checks: [
            { check: `login ${BEFORE_RESUME}`, passed: true },
            { by: 'ann', passed: true },
          ],
        },
        'Check with clients': { checks: [{ check: `login ${AFTER_RESUME}`, passed: true }, { by: 'ann' }] },
      },
    });
  });

  test('a log-in that fails before clients are let in sends them back to blue, and says why', async () => {
    const cloud = await DatabaseCloud.of(assembly, put);
    cloud.behaviours.set(`login ${BEFORE_RESUME}`, 'red-on-green');
    const result = await cloud.run('cutover');
    expect(result.status).toBe('FAILED');
    expect(result.cause).toMatch(/^Check: CheckFailed: login beforeResume \(shop team\) failed after 3 tries/);
    expect(result.cause).toContain('Clients are on blue');
    expect(cloud.serving()).toBe('blue');
    expect(cloud.observe().phase).toBe('settled');
    expect(cloud.broken).toEqual([]);
  });

  test('a log-in that fails once clients are in takes them back to blue', async () => {
    const cloud = await DatabaseCloud.of(assembly, put);
    cloud.behaviours.set(`login ${AFTER_RESUME}`, 'red-on-green');
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(result.cause).toMatch(/^Check with clients: CheckFailed: login afterResume .* Clients are on blue/);
    expect(cloud.serving()).toBe('blue');
    expect(cloud.broken).toEqual([]);
  });

  test('one that is red on blue ends the preflight', async () => {
    const cloud = await DatabaseCloud.of(assembly, put);
    cloud.behaviours.set(`login ${AFTER_RESUME}`, 'red');
    const result = await cloud.run('preflight');
    expect(result.cause).toMatch(
      /login afterResume \(shop team\) failed after 3 tries in [\d.]+ s: not well on blue\./,
    );
  });

  test('a person who says no, and nobody who answers', async () => {
    for (const [answer, said] of [
      ['no', 'ann said no: pages are empty'],
      [undefined, 'nobody answered within 60 minutes'],
    ] as const) {
      const cloud = await DatabaseCloud.of(assembly, put);
      cloud.confirms = answer;
      const result = await cloud.run('cutover');
      expect(result.cause).toContain(`person ${BEFORE_RESUME} failed after 1 try`);
      expect(result.cause).toContain(said);
      expect(cloud.broken).toEqual([]);
    }
  });
});

test('where RDS has no rollback, a check that fails with clients leaves them where they are, and says so', () => {
  const databases = new Databases();
  databases.manage(
    {
      blue: databases.cluster('Blue', BLUE_GROUP, { engine: DatabaseEngine.auroraPostgres('15.4') }),
      checks: CHECKS.slice(0, 3),
      approval: databases.topic(),
    },
    { targetEngine: DatabaseEngine.auroraPostgres('16.4') },
  );
  const { States: states } = parseDefinition(databases.deploy().stateMachines()[0]?.definition);
  expect(afterFailureOf(stateOf(states, 'Check with clients'))).toBe('Keep clients where they are');
  expect(successorsOf(stateOf(states, 'Keep clients where they are'))).toEqual(['Close the journal']);
  expect(states['Check the return']).toBeUndefined();
  expect(JSON.stringify(states['Cut over, monitoring incomplete'])).toContain('RDS has no rollback');
});
