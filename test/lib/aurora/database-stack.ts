import { App, aws_ec2 as ec2, Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { AuroraReplicaCluster } from '../../../lib/aurora/cluster/cluster';
import type { AuroraReplicaClusterProps } from '../../../lib/aurora/cluster/cluster-props';
import type { IDatabase } from '../../../lib/aurora/database/database';
import type { DatabaseAttributes } from '../../../lib/aurora/database/database-attributes';
import { Database } from '../../../lib/aurora/database/database-existing';
import { DatabaseEngine } from '../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../lib/aurora/instance-class/instance-class';

/** Both ends of what an app of a user may have switched on. */
export const CONTEXTS: ReadonlyArray<[name: string, context: Record<string, unknown>]> = [
  ['no feature flags', {}],
  ['the recommended feature flags', recommendedFlags],
];

export function newStack(context: Record<string, unknown> = {}) {
  const app = new App({ context });
  const stack = new Stack(app, 'Databases', { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-a', 'subnet-b'],
    privateSubnetRouteTableIds: ['rtb-a', 'rtb-b'],
  });
  const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Master', 'shop/master');
  return { app, stack, vpc, secret };
}

export type StackUnderTest = ReturnType<typeof newStack>;

/** The old database of scenario S3: RDS MySQL on a class of the past. */
export function oldMysql(
  { stack, secret }: StackUnderTest,
  attrs: Partial<DatabaseAttributes> = {},
  id = 'Shop',
): IDatabase {
  return Database.fromAttributes(stack, id, {
    engine: DatabaseEngine.mysql('8.0.39'),
    instanceIdentifier: 'shop',
    endpointAddress: 'shop.abc123.eu-west-1.rds.amazonaws.com',
    instanceClass: DatabaseInstanceClass.of('db.r4.large'),
    secret,
    ...attrs,
  });
}

export const AURORA = DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0');

/** The replica that follows it. */
export function replicaOf(
  under: StackUnderTest,
  replaces: IDatabase | undefined,
  props: Partial<AuroraReplicaClusterProps> = {},
): AuroraReplicaCluster {
  return new AuroraReplicaCluster(under.stack, 'Shop3', { vpc: under.vpc, engine: AURORA, replaces, ...props });
}
