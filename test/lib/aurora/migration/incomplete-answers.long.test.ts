import type { DBClusterMessage, DBInstanceMessage } from '@aws-sdk/client-rds';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putManaged } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.manage();
const assembly = databases.deploy();

type List = { describeDBInstances: DBInstanceMessage; describeDBClusters: DBClusterMessage };

/** Has the next answers to a question with filters leave something out, as RDS may while it changes something. */
function answerShort<Action extends keyof List>(rds: Rds, action: Action, shorten: (answer: List[Action]) => void) {
  const operation = rds.operations[action] as unknown as { run: (...given: unknown[]) => Promise<List[Action]> };
  const { run } = operation;
  let left = 3;
  operation.run = async (...given) => {
    const answer = await run(...given);
    const [{ Filters }] = given as [{ Filters?: unknown }];
    if (Filters !== undefined && left > 0) {
      left -= 1;
      shorten(answer);
    }
    return answer;
  };
}

const names = ({ rds }: DatabaseCloud) =>
  rds.databases.instances.map(({ identifier }) => identifier.replace(/-green-.*/, '-green')).sort();

test('an instance of blue that RDS leaves out at first has its name noted all the same, and gets it back', async () => {
  const cloud = await DatabaseCloud.of(assembly, putManaged);
  const entered = (state: string) => {
    if (state !== 'Find the deployment to switch over') return;
    answerShort(cloud.rds, 'describeDBInstances', (answer) => answer.DBInstances?.pop());
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
  expect(names(cloud)).toEqual(['blue-1', 'blue-1-green', 'blue-2', 'blue-2-green']);
});

test.each([
  ['an instance', 'describeDBInstances', (answer: DBInstanceMessage) => answer.DBInstances?.pop()],
  ['a cluster', 'describeDBClusters', (answer: DBClusterMessage) => answer.DBClusters?.pop()],
] as const)('%s that RDS leaves out for a while is not taken for one that is done', async (_, action, shorten) => {
  const cloud = await DatabaseCloud.of(assembly, putManaged);
  await cloud.run('cutover');
  let begun = false;
  const entered = (state: string) => {
    if (state !== 'Journal: Return begins') return;
    begun = true;
    answerShort(cloud.rds, action, shorten as (answer: object) => void);
  };
  expect(await cloud.run('rollback', { entered })).toMatchObject({ status: 'SUCCEEDED' });
  expect(begun).toBe(true);
  expect(names(cloud)).toEqual(['blue-1', 'blue-1-green', 'blue-2', 'blue-2-green']);
});
