import {
  AspectPriority,
  Aspects,
  CfnDeletionPolicy,
  type CfnResource,
  Reference,
  aws_rds as rds,
  Token,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import type { IDatabase } from '../database/database';

/** What of a cluster the templates of this app own. */
interface OwnedCluster {
  readonly cluster: rds.CfnDBCluster;
  readonly instances: readonly rds.CfnDBInstance[];
}

/** The cluster and its instances, where resources of the same app; undefined for what is only imported. */
export function ownedCluster({ clusterIdentifier, node }: IDatabase): OwnedCluster | undefined {
  if (clusterIdentifier === undefined) return undefined;
  const all = node.root.node.findAll();
  const cluster = all
    .filter((each) => each instanceof rds.CfnDBCluster)
    .find((each) => isOf(clusterIdentifier, each, each.dbClusterIdentifier));
  if (cluster === undefined) return undefined;
  const instances = all
    .filter((each) => each instanceof rds.CfnDBInstance)
    .filter(({ dbClusterIdentifier: of = '' }) => isOf(of, cluster, cluster.dbClusterIdentifier));
  return { cluster, instances };
}

/**
 * CloudFormation knows a cluster and its instances by their names, which RDS gives to green: it would delete production
 * where blue is taken out of the code, or replaced. Looked at when all else has been said of them.
 *
 * @see docs/aws-facts.md#cloudformation-rds-by-name
 */
export function warnIfDeletable(migration: IConstruct, blue: IDatabase): void {
  const visit = (node: IConstruct) => {
    const owned = node === migration ? ownedCluster(blue) : undefined;
    const missing = owned === undefined ? [] : whatIsMissing(owned);
    if (owned === undefined || missing.length === 0) return;
    warn(
      migration,
      'cdk-cutover:BlueOwnedByStack',
      `blue is a resource of this app (${owned.cluster.node.path}), and CloudFormation knows it by its name, which RDS gives to green: from the switchover on, taking blue out of the code or replacing it would delete production. Deploy this before the cutover: ${missing.join(', ')}. See "When CloudFormation owns blue" in docs/databases.md for what follows it.`,
    );
  };
  Aspects.of(migration).add({ visit }, { priority: AspectPriority.READONLY });
}

function whatIsMissing({ cluster, instances }: OwnedCluster): string[] {
  const { deletionProtection } = cluster;
  const isProtected = deletionProtection === true || Token.isUnresolved(deletionProtection);
  return [
    ...(isProtected ? [] : ['deletionProtection: true on the cluster']),
    ...[cluster, ...instances]
      .filter((each) => !stays(each))
      .map((each) => `removalPolicy: RemovalPolicy.RETAIN on ${each.node.path}`),
  ];
}

function stays({ cfnOptions: { deletionPolicy, updateReplacePolicy } }: CfnResource): boolean {
  return deletionPolicy === CfnDeletionPolicy.RETAIN && updateReplacePolicy === CfnDeletionPolicy.RETAIN;
}

/** Whether an identifier is a resource's reference, or the name that it states. */
function isOf(identifier: string, resource: CfnResource, stated: string | undefined): boolean {
  const token = Tokenization.reverseString(identifier).firstToken;
  if (token !== undefined) return Reference.isReference(token) && token.target === resource;
  return stated !== undefined && stated.toLowerCase() === identifier.toLowerCase();
}
