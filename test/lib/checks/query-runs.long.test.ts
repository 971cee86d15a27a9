import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy, Check, CheckTime, QueryExpectation } from '../../../lib';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../aurora/database-cloud';
import { Databases } from '../aurora/databases-under-test';
import { putCloneWithPosition, putManaged, putReplica } from '../aurora/existing-databases';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;

const checks = Object.values(CheckTime).map((when) =>
  Check.query({
    name: `orders ${when}`,
    when,
    sql: 'SELECT id FROM shop.orders LIMIT 10',
    database: 'shop',
    expect: QueryExpectation.rowsAtLeast(10),
  }),
);

const quickly = (databases: Databases) => ({
  ...databases.everything(),
  readerWeights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.seconds(1) }],
  watch: Duration.seconds(1),
  checks,
});

const STRATEGIES: [string, (databases: Databases) => unknown, (rds: Rds) => void][] = [
  ['promoteReplica', (databases) => databases.promote(quickly(databases)), putReplica],
  [
    'binlogReplica',
    (databases) => databases.follow({ ...quickly(databases), strategy: AuroraStrategy.binlogReplica() }),
    putCloneWithPosition,
  ],
  ['managedBlueGreen', (databases) => databases.manage(quickly(databases)), putManaged],
];

describe.each(STRATEGIES)('a query with %s', (_, migrate, put) => {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();

  test('is asked of blue before, and of green after', async () => {
    const cloud = await DatabaseCloud.of(assembly, put);
    await expect(cloud.run('cutover')).resolves.toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
    const asked = cloud.asked.filter(({ verb }) => String(verb) === 'check.query').map(({ args }) => args);
    expect(asked).toEqual([
      { side: 'blue', check: `orders ${BEFORE_RESUME}`, timeoutSeconds: 30 },
      { side: 'blue', check: `orders ${AFTER_RESUME}`, timeoutSeconds: 30 },
      { side: 'green', check: `orders ${BEFORE_RESUME}`, timeoutSeconds: 30 },
      { side: 'green', check: `orders ${AFTER_RESUME}`, timeoutSeconds: 30 },
    ]);
    expect(cloud.broken).toEqual([]);
  });

  test.each(Object.values(CheckTime))('whose answer on green is another sends clients back: %s', async (when) => {
    const cloud = await DatabaseCloud.of(assembly, put);
    cloud.behaviours.set(`orders ${when}`, 'red-on-green');
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(result.cause).toContain(`orders ${when} failed after 3 tries`);
    expect(cloud.serving()).toBe('blue');
    expect(cloud.broken).toEqual([]);
  });
});
