import type { ExecutionResult } from '../../../rehearsal/states-language';
import type { DatabaseCloud, ObservedState } from './database-cloud';
import { BLUE_GROUP } from './databases-under-test';

/** What is not as it must be after an execution; nothing if all is well. */
export function problemsOf(
  cloud: DatabaseCloud,
  before: ObservedState,
  { output, cause }: Pick<ExecutionResult, 'output' | 'cause'>,
  strategy: string,
): string[] {
  const { writers, readers, ingress, follows, lock, phase = 'settled' } = cloud.observe();
  const said = JSON.stringify({ output, cause });
  const is = (text: string, ok: boolean) =>
    ok ? [] : [`${text}: ${JSON.stringify({ writers, readers, ingress, follows })}`];
  const common = [
    ...cloud.broken,
    ...is(`the lock is held by ${lock}`, lock === undefined),
    ...is(`the journal is at ${phase}`, phase === 'settled'),
  ];
  if (strategy === 'managedBlueGreen') {
    const production = cloud.rds.databases.cluster('blue');
    const others = cloud.rds.databases.clusters.filter((cluster) => cluster !== production);
    const serving = production.engineVersion.includes('3.10') ? 'green' : 'blue';
    const members = cloud.rds.databases.members(production).map(({ identifier }) => identifier);
    return [
      ...common,
      ...is(`${serving} serves, and it says ${said}`, said.includes(serving) || said.includes('Nothing was changed')),
      ...is('readers are not wholly on the name that stays', same(readers, { blue: 100, green: 0 })),
      ...is(
        'the readers’ record leads where nothing is',
        cloud.targetOfReaders('green').startsWith('blue.cluster-ro-'),
      ),
      ...is(`the instances are ${members}`, same(members.sort(), ['blue-1', 'blue-2'])),
      ...is(`clients may not connect to ${serving}`, same(production.securityGroupIds, [BLUE_GROUP])),
      ...others.flatMap((cluster) => is(`clients may write to ${cluster.identifier}`, !cloud.isWritable(cluster))),
    ];
  }
  // A promoted green has followed from the beginning.
  const hasBegun = ({ asked }: DatabaseCloud) =>
    strategy !== 'binlogReplica' || asked.some(({ verb }) => verb === 'mysql.follow');
  const [serving, left] = writers.green === 0 ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
  return [
    ...common,
    ...is('writers are not wholly on one side', writers[serving] === 100 && writers[left] === 0),
    ...is('readers are elsewhere', same(readers, writers)),
    ...is(
      `client ingress of ${serving}, which serves, is not as it was`,
      same(ingress[serving], before.ingress[serving]),
    ),
    ...is(
      'client ingress of blue, which clients have left, is not revoked',
      serving === 'blue' || ingress.blue.length === 0,
    ),
    ...is(`${left} does not follow`, follows[left] === serving || !hasBegun(cloud)),
    ...is(`${serving}, which serves, follows`, follows[serving] === undefined),
    ...is(`${serving} serves, and it says ${said}`, said.includes(serving) || said.includes('Nothing was changed')),
    ...is('the host or replication is kept out', cloud.passages('blue') === 2 && cloud.passages('green') === 2),
  ];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
