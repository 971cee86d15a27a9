import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { BLUE_GROUP, Databases } from '../databases-under-test';
import { putManaged } from '../existing-databases';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.manage(databases.everything());
const assembly = databases.deploy();

const OTHER_GROUP = 'sg-0e15e000000000000';

/** A cutover in which somebody gives the green that RDS made these security groups, as a state is entered. */
async function cutover(groups: readonly string[], at: string) {
  const cloud = await DatabaseCloud.of(assembly, putManaged);
  const entered = (state: string) => {
    const green = cloud.rds.databases.clusters.find(({ identifier }) => identifier.startsWith('blue-green-'));
    if (state === at && green !== undefined) green.securityGroupIds = groups;
  };
  const result = await cloud.run('cutover', { entered });
  expect(cloud.broken).toEqual([]);
  return result;
}

test.each([
  ['Canary', 'before it is tried', 'Where is green?'],
  ['Switch', 'just before the switchover', 'Find the deployment to switch over'],
])('%s ends a cutover whose green has lost blue’s security group %s: clients stay on blue', async (phase, _, at) => {
  const { error, cause } = await cutover([OTHER_GROUP], at);
  expect(error).toBe('RolledBack');
  expect(cause).toMatch(
    new RegExp(
      `^${phase}: ClientsShutOut: Clients may connect to blue by ${BLUE_GROUP}, which green lacks: the switchover would ` +
        `shut them out\\. .*--db-cluster-identifier blue-green-\\w{6} --vpc-security-group-ids ${OTHER_GROUP} ${BLUE_GROUP} ` +
        '-- Clients are on blue',
    ),
  );
});

test('a green with a security group more is none that shuts clients out', async () => {
  expect(await cutover([OTHER_GROUP, BLUE_GROUP], 'Where is green?')).toMatchObject({
    status: 'SUCCEEDED',
    output: { serving: 'green' },
  });
});
