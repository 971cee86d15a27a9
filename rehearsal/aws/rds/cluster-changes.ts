import type { ModifyDBClusterMessage, ModifyDBClusterResult } from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../aws-error';
import type { Operation } from '../service';
import { requireAvailable } from './cluster-states';
import type { RdsContext } from './context';
import type { DbCluster } from './database';
import { describeCluster } from './descriptions';
import { need } from './need';
import { newIdentifier } from './new-identifier';
import { checkMembers } from './requests';

const CHANGEABLE = [
  ...['DBClusterIdentifier', 'NewDBClusterIdentifier', 'VpcSecurityGroupIds', 'DeletionProtection'],
  'ApplyImmediately',
];

/** ModifyDBCluster: a cluster's name, and its security groups, which take their time after RDS has answered; protection. */
export class ClusterChanges {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    modifyDBCluster: {
      needs: ({ DBClusterIdentifier: id }) => [need(this.context.environment, 'ModifyDBCluster', 'cluster', id)],
      run: (request) => this.modify(request),
    } satisfies Operation<ModifyDBClusterMessage, ModifyDBClusterResult>,
  };

  private modify(request: ModifyDBClusterMessage): ModifyDBClusterResult {
    checkMembers('ModifyDBCluster', request, CHANGEABLE);
    const { databases } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    requireAvailable(cluster);
    const { NewDBClusterIdentifier: name, VpcSecurityGroupIds: groups } = request;
    if (name !== undefined) {
      if (request.ApplyImmediately !== true) throw new NotRehearsedError('ModifyDBCluster in a maintenance window');
      this.rename(cluster, newIdentifier('NewDBClusterIdentifier', name));
    }
    if (groups !== undefined) this.changeGroups(cluster, groups);
    cluster.deletionProtection = request.DeletionProtection ?? cluster.deletionProtection;
    return { DBCluster: describeCluster(cluster, databases) };
  }

  /** The new name works, and the old one is free, when it is over. */
  private rename(cluster: DbCluster, identifier: string): void {
    const { background, databases, deploymentOf, durations, environment, events } = this.context;
    if (databases.clusters.some((other) => [other.identifier, other.pendingIdentifier].includes(identifier))) {
      throw new AwsError('DBClusterAlreadyExistsFault', `DB Cluster ${identifier} already exists`);
    }
    if (deploymentOf(cluster.resourceId) !== undefined) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `DB cluster ${cluster.identifier} is part of a blue/green deployment and cannot be renamed.`,
      );
    }
    const before = cluster.identifier;
    Object.assign(cluster, { pendingIdentifier: identifier, status: 'renaming' });
    background.start(
      async () => {
        await environment.clock.sleep(durations.modify);
        databases.renameCluster(cluster, identifier);
        Object.assign(cluster, { pendingIdentifier: undefined, status: 'available' });
        events.write(
          'db-cluster',
          identifier,
          ['configuration change'],
          `Renamed cluster from ${before} to ${identifier}.`,
        );
      },
      (reason) => events.write('db-cluster', before, ['failure'], `The cluster was not renamed: ${reason}`),
    );
  }

  /** A cluster's instances are in the cluster's groups. */
  private changeGroups(cluster: DbCluster, groups: readonly string[]): void {
    const { background, durations, environment } = this.context;
    cluster.pendingSecurityGroupIds = groups;
    background.start(
      async () => {
        await environment.clock.sleep(durations.securityGroups);
        if (cluster.pendingSecurityGroupIds !== groups) return;
        cluster.securityGroupIds = groups;
        cluster.pendingSecurityGroupIds = undefined;
      },
      () => undefined,
    );
  }
}
