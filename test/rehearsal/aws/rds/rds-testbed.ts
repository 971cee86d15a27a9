import type { DatabaseBackend } from '../../../../rehearsal/aws/rds/backend';
import { Rds, type RdsProps } from '../../../../rehearsal/aws/rds/rds';
import { callerOf, testEnvironment } from '../test-environment';

export const BLUE_VERSION = '5.7.mysql_aurora.2.11.6';
export const GREEN_VERSION = '8.0.mysql_aurora.3.08.2';
export const ARN = 'arn:aws:rds:eu-west-1:111122223333';

/** A cluster `shop` with a writer and a reader, its custom parameter group, and one for version 3. */
export function rdsTestbed(props: Partial<RdsProps> = {}) {
  const { clock, environment } = testEnvironment();
  const rds = new Rds({ environment, ...props });
  rds.parameterGroups.add('shop57', 'aurora-mysql5.7', { binlog_format: 'ROW' });
  rds.parameterGroups.add('shop80', 'aurora-mysql8.0', { binlog_format: 'ROW' });
  const blue = rds.databases.addCluster({
    identifier: 'shop',
    engine: 'aurora-mysql',
    engineVersion: BLUE_VERSION,
    parameterGroup: 'shop57',
    securityGroupIds: ['sg-1'],
    endpoint: 'shop.cluster-abc.example',
    readerEndpoint: 'shop.cluster-ro-abc.example',
    tags: [{ Key: 'team', Value: 'shop' }],
    instances: [
      { identifier: 'shop-1', instanceClass: 'db.r5.large' },
      { identifier: 'shop-2', instanceClass: 'db.r5.large' },
    ],
  });
  return { ...callerOf(environment, rds), clock, environment, rds, blue };
}

export type RdsTestbed = ReturnType<typeof rdsTestbed>;

/** A backend of which a test says what it does; the rest does nothing. */
export function backendWith(parts: Partial<DatabaseBackend>): DatabaseBackend {
  const nothing = async () => undefined;
  return {
    createGreen: nothing,
    guardrails: async () => [],
    switchOver: async ({ rename }) => {
      rename();
      return undefined;
    },
    clone: nothing,
    promote: nothing,
    liftReadOnly: nothing,
    restart: nothing,
    remove: nothing,
    ...parts,
  };
}
